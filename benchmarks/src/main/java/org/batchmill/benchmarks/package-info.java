/** Benchmarks: side-by-side runs, in child processes where engines are compared, for the tables in docs. */
package org.batchmill.benchmarks;
