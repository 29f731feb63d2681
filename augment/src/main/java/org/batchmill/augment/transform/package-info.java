/**
 * What augmentation does to an image and its labels, and in which mixture: geometry that is fused into one warp, colour and noise
 * that work on the warped row, and the {@link org.batchmill.augment.transform.Policy} that composes them. Everything is a pure
 * function of the pixels, the labels and a random stream; the batch assembler calls it, and users add transforms of their own.
 */
package org.batchmill.augment.transform;
