/** Benchmarks: JMH for parts, side-by-side child processes for whole rows of the tables in docs. */
package org.batchmill.benchmarks;
