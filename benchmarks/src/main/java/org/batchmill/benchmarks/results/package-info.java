/** What was measured, where and how: kept as JSON, one file a run, and made into the tables of the documentation. */
package org.batchmill.benchmarks.results;
