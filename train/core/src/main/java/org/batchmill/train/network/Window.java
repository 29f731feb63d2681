package org.batchmill.train.network;

/**
 * The window that a layer slides over an image.
 *
 * @param kernelHeight in values, without the gaps of a dilation
 * @param kernelWidth  in values, without the gaps of a dilation
 * @param strideHeight pixels from one window to the next
 * @param strideWidth  pixels from one window to the next
 * @param padding      at the image's edge
 */
public record Window(int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, Padding padding) {}
