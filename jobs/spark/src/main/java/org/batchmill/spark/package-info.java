/**
 * Ranks of a gang that Spark starts: the process that talks to Spark's master, and the tasks on its machines, each of which starts one
 * rank as a process of its own and hands on what it prints. {@code jobs.gang} starts the first; it uses nothing of a training.
 */
package org.batchmill.spark;
