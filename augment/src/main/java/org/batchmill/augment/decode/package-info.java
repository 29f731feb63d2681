/**
 * From an image file's bytes to pixels: what a file says of itself is read in Java before a native decoder sees it, then OpenCV
 * decodes it into a pooled image. Called by the batch assembler, the packers and the data doctor.
 */
package org.batchmill.augment.decode;
