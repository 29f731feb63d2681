/** Served batches beside those of PyTorch's DataLoader. */
package org.batchmill.benchmarks.served;
