/**
 * A {@link org.batchmill.batches.Batch} as a trainer sees it: pixels in memory, labels, and where each image came from. Who makes batches
 * (augment) and who learns from them (train) meet here; it uses records alone and has no natives.
 */
package org.batchmill.batches;
