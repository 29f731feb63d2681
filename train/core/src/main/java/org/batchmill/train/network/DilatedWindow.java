package org.batchmill.train.network;

/**
 * A {@link Window} whose kernel may have gaps.
 *
 * @param dilationHeight pixels from one of the kernel's values to the next below, 1 for neighbours
 * @param dilationWidth  pixels from one of the kernel's values to the next on the right, 1 for neighbours
 */
public record DilatedWindow(
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int dilationHeight,
        int dilationWidth,
        Padding padding) {

    /** The same without the gaps. */
    Window window() {
        return new Window(kernelHeight, kernelWidth, strideHeight, strideWidth, padding);
    }
}
