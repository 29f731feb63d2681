package org.batchmill.train.network;

/** What slides a window over the image: a convolution or a pooling. An axis is the image's height, or else its width. */
public interface Windowed {

    /** At the image's edge. */
    Padding padding();

    /** In values, without the gaps of a dilation. */
    int kernelHeight();

    /** In values, without the gaps of a dilation. */
    int kernelWidth();

    /** Pixels from one window to the next. */
    int strideHeight();

    /** Pixels from one window to the next. */
    int strideWidth();

    /** Pixels from one of the kernel's values to the next. */
    default int dilationHeight() {
        return 1;
    }

    /** Pixels from one of the kernel's values to the next. */
    default int dilationWidth() {
        return 1;
    }

    /** Padding before the first pixel of an axis of {@code in}. */
    default int before(boolean vertical, Shape in) {
        return vertical
                ? padding().before(true, in.height(), kernelHeight(), strideHeight(), dilationHeight())
                : padding().before(false, in.width(), kernelWidth(), strideWidth(), dilationWidth());
    }

    /** Padding behind the last pixel of an axis of {@code in}. */
    default int after(boolean vertical, Shape in) {
        return vertical
                ? padding().after(true, in.height(), kernelHeight(), strideHeight(), dilationHeight())
                : padding().after(false, in.width(), kernelWidth(), strideWidth(), dilationWidth());
    }

    /** How many windows stand side by side on an axis of {@code in}; below 1 where none fits. */
    default int outputSize(boolean vertical, Shape in) {
        return vertical
                ? padding().outputSize(true, in.height(), kernelHeight(), strideHeight(), dilationHeight())
                : padding().outputSize(false, in.width(), kernelWidth(), strideWidth(), dilationWidth());
    }
}
