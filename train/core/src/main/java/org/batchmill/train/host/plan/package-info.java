/**
 * Static plans: a network of fixed shapes as a list of operations over buffers, with one arena in which buffers whose lives do not
 * overlap share memory. Engines that compile ahead of time (oneDNN) write their operations into a {@link PlanBuilder}; others place
 * what they have by {@link Arena}. Nothing here knows a device.
 */
package org.batchmill.train.host.plan;
