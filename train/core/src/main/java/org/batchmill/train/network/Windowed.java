package org.batchmill.train.network;

/** What slides a window over the image: a convolution or a pooling. An axis is the image's height, or else its width. */
public interface Windowed {

    /** What slides. */
    Window window();

    /** At the image's edge. */
    default Padding padding() {
        return window().padding();
    }

    /** In values, without the gaps of a dilation. */
    default int kernelHeight() {
        return window().kernelHeight();
    }

    /** In values, without the gaps of a dilation. */
    default int kernelWidth() {
        return window().kernelWidth();
    }

    /** Pixels from one window to the next. */
    default int strideHeight() {
        return window().strideHeight();
    }

    /** Pixels from one window to the next. */
    default int strideWidth() {
        return window().strideWidth();
    }

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
