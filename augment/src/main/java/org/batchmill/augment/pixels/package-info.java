/**
 * Pixels off the heap: buffers that Arrow's allocator counts, and the OpenCV views on them. Everything in augment works on these;
 * the video module and the jobs hand {@link org.batchmill.augment.pixels.Image}s on. Nothing here knows of labels.
 */
package org.batchmill.augment.pixels;
