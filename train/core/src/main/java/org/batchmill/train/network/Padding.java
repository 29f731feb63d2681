package org.batchmill.train.network;

/** How a convolution or pooling window treats the picture's edge. */
public sealed interface Padding {

    /** Output size ceil(in / stride); the odd pixel of padding goes below and to the right, as TensorFlow does it. */
    record Same() implements Padding {}

    /** No padding: output size floor((in - effective kernel) / stride) + 1. */
    record Valid() implements Padding {}

    static Padding same() {
        return new Same();
    }

    static Padding valid() {
        return new Valid();
    }

    /** So many pixels at each side. */
    record Explicit(int top, int left, int bottom, int right) implements Padding {}

    static Padding explicit(int all) {
        return new Explicit(all, all, all, all);
    }

    /** Padding before the first pixel of an axis. */
    default int before(boolean vertical, int in, int kernel, int stride, int dilation) {
        if (this instanceof Explicit e) {
            return vertical ? e.top() : e.left();
        }
        return this instanceof Same ? samePadding(in, kernel, stride, dilation) / 2 : 0;
    }

    /** Padding behind the last pixel of an axis. */
    default int after(boolean vertical, int in, int kernel, int stride, int dilation) {
        if (this instanceof Explicit e) {
            return vertical ? e.bottom() : e.right();
        }
        if (this instanceof Valid) {
            return 0;
        }
        int all = samePadding(in, kernel, stride, dilation);
        return all - all / 2;
    }

    /** The output size of an axis; below 1 where the window does not fit. */
    default int outputSize(boolean vertical, int in, int kernel, int stride, int dilation) {
        int padded =
                in + before(vertical, in, kernel, stride, dilation) + after(vertical, in, kernel, stride, dilation);
        return Math.floorDiv(padded - effectiveKernel(kernel, dilation), stride) + 1;
    }

    private static int samePadding(int in, int kernel, int stride, int dilation) {
        int out = (in + stride - 1) / stride;
        return Math.max(0, (out - 1) * stride + effectiveKernel(kernel, dilation) - in);
    }

    private static int effectiveKernel(int kernel, int dilation) {
        return (kernel - 1) * dilation + 1;
    }
}
