package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** More pixels of the same image. */
final class Upsampling extends JavaLayer.Single {

    private final Layer.Upsample layer;
    private final Shape shape;

    Upsampling(Layer.Upsample layer, Shape in) {
        super(layer.name());
        this.layer = layer;
        this.shape = in;
    }

    /** A share of an input value in an output value. */
    private interface Term {
        void run(int out, int in, double share);
    }

    private void terms(int planes, Term term) {
        int height = shape.height() * layer.factorHeight();
        int width = shape.width() * layer.factorWidth();
        for (int out = 0; out < planes * height * width; out++) {
            int plane = out / (height * width);
            double y = place(out / width % height, layer.factorHeight(), shape.height());
            double x = place(out % width, layer.factorWidth(), shape.width());
            for (int k = 0; k < 4; k++) {
                double down = k / 2 == 0 ? 1 - y % 1 : y % 1;
                double across = k % 2 == 0 ? 1 - x % 1 : x % 1;
                if (down * across > 0) {
                    int in = (plane * shape.height() + (int) y + k / 2) * shape.width() + (int) x + k % 2;
                    term.run(out, in, down * across);
                }
            }
        }
    }

    /** Where an output pixel stands on an axis of the input. */
    private double place(int out, int factor, int size) {
        return layer.mode() == Layer.Upsample.Mode.NEAREST
                ? Math.floorDiv(out, factor)
                : Math.max(0, Math.min(size - 1, (out + .5) / factor - .5));
    }

    @Override
    double[] forward(double[] in, int rows, Pass pass) {
        double[] out = new double[in.length * layer.factorHeight() * layer.factorWidth()];
        terms(rows * shape.channels(), (o, i, share) -> out[o] += share * in[i]);
        return out;
    }

    @Override
    double[] backwardOne(double[] outGradient) {
        double[] gradient = new double[outGradient.length / (layer.factorHeight() * layer.factorWidth())];
        terms(
                gradient.length / (shape.height() * shape.width()),
                (o, i, share) -> gradient[i] += share * outGradient[o]);
        return gradient;
    }
}
