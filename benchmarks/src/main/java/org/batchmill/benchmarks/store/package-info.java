/** Training on data that lies in an object store, beside training on the same data on this machine's disk. */
package org.batchmill.benchmarks.store;
