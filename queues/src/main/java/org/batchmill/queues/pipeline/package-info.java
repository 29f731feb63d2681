/**
 * From a source to batches: shuffle, parallel decode, rows given in order, parallel writing into the row, prefetch. Generic over
 * its elements: it knows nothing of images. Order, state, error policy and metrics live here.
 */
package org.batchmill.queues.pipeline;
