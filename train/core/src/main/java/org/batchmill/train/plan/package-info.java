/**
 * Static plans: a network of fixed shapes as a list of operations over buffers, with one arena in which buffers whose lives do not
 * overlap share memory. Engines that compile ahead of time (oneDNN, cuDNN) write their operations into a {@link PlanBuilder}; nothing
 * here knows a device.
 */
package org.batchmill.train.plan;
