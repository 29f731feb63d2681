/**
 * What image files say of themselves, read without decoding a pixel: size, channels, orientation, and whether all of the file is
 * there. Limits are checked by it before anything is allocated. Everything above may use it; it uses errors alone.
 */
package org.batchmill.records.image;
