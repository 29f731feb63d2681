package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** Maximum or mean of windows. */
final class Pooling extends JavaLayer.Single {

    private final boolean maximum;
    private final int kernelHeight;
    private final int kernelWidth;
    private final int strideHeight;
    private final int strideWidth;
    private final int top;
    private final int left;
    private final Shape inShape;
    private final Shape outShape;
    /** Of each output: the index of the largest input. */
    private int[] largest;

    private int inLength;

    Pooling(Layer.MaxPool pool, Shape in, Shape out) {
        this(
                pool.name(),
                true,
                pool.kernelHeight(),
                pool.kernelWidth(),
                pool.strideHeight(),
                pool.strideWidth(),
                pool.padding(),
                in,
                out);
    }

    Pooling(Layer.AveragePool pool, Shape in, Shape out) {
        this(
                pool.name(),
                false,
                pool.kernelHeight(),
                pool.kernelWidth(),
                pool.strideHeight(),
                pool.strideWidth(),
                pool.padding(),
                in,
                out);
    }

    private Pooling(
            String name,
            boolean maximum,
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            Padding padding,
            Shape in,
            Shape out) {
        super(name);
        this.maximum = maximum;
        this.kernelHeight = kernelHeight;
        this.kernelWidth = kernelWidth;
        this.strideHeight = strideHeight;
        this.strideWidth = strideWidth;
        this.top = padding.before(true, in.height(), kernelHeight, strideHeight, 1);
        this.left = padding.before(false, in.width(), kernelWidth, strideWidth, 1);
        this.inShape = in;
        this.outShape = out;
    }

    private interface Window {
        /** Input rows [y0, y1) and columns [x0, x1) of a plane that begins at {@code plane}. */
        void visit(int out, int plane, int y0, int y1, int x0, int x1);
    }

    private void windows(int rows, Window window) {
        int out = 0;
        for (int plane = 0; plane < rows * inShape.channels(); plane++) {
            for (int y = 0; y < outShape.height(); y++) {
                for (int x = 0; x < outShape.width(); x++) {
                    int fromY = y * strideHeight - top;
                    int fromX = x * strideWidth - left;
                    window.visit(
                            out++,
                            plane * inShape.height() * inShape.width(),
                            Math.max(0, fromY),
                            Math.min(inShape.height(), fromY + kernelHeight),
                            Math.max(0, fromX),
                            Math.min(inShape.width(), fromX + kernelWidth));
                }
            }
        }
    }

    @Override
    double[] forward(double[] in, int rows, Pass pass) {
        inLength = in.length;
        double[] out = new double[rows * outShape.size()];
        largest = new int[out.length];
        windows(rows, (o, plane, y0, y1, x0, x1) -> {
            int best = plane + y0 * inShape.width() + x0;
            double sum = 0;
            for (int y = y0; y < y1; y++) {
                for (int x = x0; x < x1; x++) {
                    int i = plane + y * inShape.width() + x;
                    sum += in[i];
                    best = in[i] > in[best] ? i : best;
                }
            }
            largest[o] = best;
            out[o] = maximum ? in[best] : sum / ((y1 - y0) * (x1 - x0));
        });
        return out;
    }

    @Override
    double[] backwardOne(double[] outGradient) {
        double[] gradient = new double[inLength];
        windows(inLength / inShape.size(), (o, plane, y0, y1, x0, x1) -> {
            if (maximum) {
                gradient[largest[o]] += outGradient[o];
                return;
            }
            double share = outGradient[o] / ((y1 - y0) * (x1 - x0));
            for (int y = y0; y < y1; y++) {
                for (int x = x0; x < x1; x++) {
                    gradient[plane + y * inShape.width() + x] += share;
                }
            }
        });
        return gradient;
    }
}
