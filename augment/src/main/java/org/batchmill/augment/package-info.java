/**
 * Images and their labels changed together: decoding, geometry, colour and noise, batches in off-heap slots, drawing. Called by
 * the sources, the trainer and the jobs; uses OpenCV.
 */
package org.batchmill.augment;
