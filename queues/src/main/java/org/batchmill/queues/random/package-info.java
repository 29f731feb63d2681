/**
 * Numbers that follow from a seed alone, the same on every machine and in every version of Java: of orders, of augmentation, of initial
 * weights and of dropout. Everything above may use it; it uses nothing.
 */
package org.batchmill.queues.random;
