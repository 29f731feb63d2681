/** Measures what comes from a topic beside the same from files. */
package org.batchmill.benchmarks.kafka;
