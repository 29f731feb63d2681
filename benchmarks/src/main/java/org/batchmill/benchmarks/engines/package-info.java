/** Steps of the oneDNN engine beside libtorch's and beside oneDNN's primitives alone; each in a process of its own. */
package org.batchmill.benchmarks.engines;
