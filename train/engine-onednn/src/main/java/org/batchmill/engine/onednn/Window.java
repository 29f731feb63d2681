package org.batchmill.engine.onednn;

import org.batchmill.train.network.Layer.AveragePool;
import org.batchmill.train.network.Layer.Conv2d;
import org.batchmill.train.network.Layer.MaxPool;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** The geometry of a convolution or pooling, each array height first, as oneDNN counts. */
final class Window {

    final long[] kernel;
    final long[] strides;
    /** Values skipped between two of the kernel's: dilation less 1. */
    final long[] gaps;
    /** Padding above and to the left. */
    final long[] before;
    /** Padding below and to the right. */
    final long[] after;

    private Window(long[] kernel, long[] strides, long[] gaps, long[] before, long[] after) {
        this.kernel = kernel;
        this.strides = strides;
        this.gaps = gaps;
        this.before = before;
        this.after = after;
    }

    static Window of(Conv2d layer, Shape in) {
        return of(
                in,
                layer.padding(),
                new int[] {layer.kernelHeight(), layer.kernelWidth()},
                new int[] {layer.strideHeight(), layer.strideWidth()},
                new int[] {layer.dilationHeight(), layer.dilationWidth()});
    }

    static Window of(MaxPool layer, Shape in) {
        return of(
                in,
                layer.padding(),
                new int[] {layer.kernelHeight(), layer.kernelWidth()},
                new int[] {layer.strideHeight(), layer.strideWidth()},
                new int[] {1, 1});
    }

    static Window of(AveragePool layer, Shape in) {
        return of(
                in,
                layer.padding(),
                new int[] {layer.kernelHeight(), layer.kernelWidth()},
                new int[] {layer.strideHeight(), layer.strideWidth()},
                new int[] {1, 1});
    }

    private static Window of(Shape in, Padding padding, int[] kernel, int[] stride, int[] dilation) {
        long[] before = new long[2];
        long[] after = new long[2];
        for (int axis = 0; axis < 2; axis++) {
            boolean vertical = axis == 0;
            int size = vertical ? in.height() : in.width();
            before[axis] = padding.before(vertical, size, kernel[axis], stride[axis], dilation[axis]);
            after[axis] = padding.after(vertical, size, kernel[axis], stride[axis], dilation[axis]);
        }
        return new Window(longs(kernel, 0), longs(stride, 0), longs(dilation, 1), before, after);
    }

    private static long[] longs(int[] values, int less) {
        return new long[] {values[0] - less, values[1] - less};
    }
}
