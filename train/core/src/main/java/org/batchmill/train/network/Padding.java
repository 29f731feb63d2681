package org.batchmill.train.network;

/** How a convolution or pooling window treats the image's edge. */
public sealed interface Padding {

    /** Calls the visitor's method for this kind and returns what it returns. */
    <R> R accept(Visitor<R> visitor);

    /** A method for each kind. */
    interface Visitor<R> {
        R same(Same padding);

        R valid(Valid padding);

        R explicit(Explicit padding);
    }

    /** Output size ceil(in / stride); the odd pixel of padding goes below and to the right, as TensorFlow does it. */
    record Same() implements Padding {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.same(this);
        }

        @Override
        public int before(boolean vertical, int in, int kernel, int stride, int dilation) {
            return all(in, kernel, stride, dilation) / 2;
        }

        @Override
        public int after(boolean vertical, int in, int kernel, int stride, int dilation) {
            int all = all(in, kernel, stride, dilation);
            return all - all / 2;
        }

        private static int all(int in, int kernel, int stride, int dilation) {
            long out = ((long) in + stride - 1) / stride;
            long all = (out - 1) * stride + effectiveKernel(kernel, dilation) - in;
            return (int) Math.max(0, Math.min(all, Integer.MAX_VALUE));
        }
    }

    /** No padding: output size floor((in - effective kernel) / stride) + 1. */
    record Valid() implements Padding {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.valid(this);
        }

        @Override
        public int before(boolean vertical, int in, int kernel, int stride, int dilation) {
            return 0;
        }

        @Override
        public int after(boolean vertical, int in, int kernel, int stride, int dilation) {
            return 0;
        }
    }

    static Padding same() {
        return new Same();
    }

    static Padding valid() {
        return new Valid();
    }

    /** So many pixels at each side. */
    record Explicit(int top, int left, int bottom, int right) implements Padding {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.explicit(this);
        }

        @Override
        public int before(boolean vertical, int in, int kernel, int stride, int dilation) {
            return vertical ? top : left;
        }

        @Override
        public int after(boolean vertical, int in, int kernel, int stride, int dilation) {
            return vertical ? bottom : right;
        }
    }

    static Padding explicit(int all) {
        return new Explicit(all, all, all, all);
    }

    /** Padding before the first pixel of an axis. */
    int before(boolean vertical, int in, int kernel, int stride, int dilation);

    /** Padding behind the last pixel of an axis. */
    int after(boolean vertical, int in, int kernel, int stride, int dilation);

    /** The output size of an axis, at most the largest int; below 1 where the window does not fit. */
    default int outputSize(boolean vertical, int in, int kernel, int stride, int dilation) {
        long padded = (long) in
                + before(vertical, in, kernel, stride, dilation)
                + after(vertical, in, kernel, stride, dilation);
        long out = Math.floorDiv(padded - effectiveKernel(kernel, dilation), stride) + 1;
        return (int) Math.max(Integer.MIN_VALUE, Math.min(out, Integer.MAX_VALUE));
    }

    private static long effectiveKernel(int kernel, int dilation) {
        return (long) (kernel - 1) * dilation + 1;
    }
}
