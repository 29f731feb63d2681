package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** Local response normalization across channels. */
final class ResponseNormalization extends JavaLayer.Single {

    private final Layer.LocalResponseNorm layer;
    private final Shape shape;
    private double[] in;
    private double[] base;

    ResponseNormalization(Layer.LocalResponseNorm layer, Shape shape) {
        super(layer.name());
        this.layer = layer;
        this.shape = shape;
    }

    private int first(int channel) {
        return Math.max(0, channel - layer.size() / 2);
    }

    private int last(int channel) {
        return Math.min(shape.channels() - 1, channel + (layer.size() - 1) / 2);
    }

    @Override
    double[] forward(double[] input, int rows, Pass pass) {
        in = input;
        base = new double[in.length];
        double[] out = new double[in.length];
        int area = shape.height() * shape.width();
        for (int i = 0; i < in.length; i++) {
            int channel = i / area % shape.channels();
            double sum = 0;
            for (int c = first(channel); c <= last(channel); c++) {
                double x = in[i + (c - channel) * area];
                sum += x * x;
            }
            base[i] = layer.bias() + (double) layer.alpha() / layer.size() * sum;
            out[i] = in[i] / Math.pow(base[i], layer.beta());
        }
        return out;
    }

    @Override
    double[] backwardOne(double[] outGradient) {
        double[] gradient = new double[in.length];
        int area = shape.height() * shape.width();
        double factor = 2.0 * layer.alpha() / layer.size() * layer.beta();
        for (int i = 0; i < in.length; i++) {
            int channel = i / area % shape.channels();
            gradient[i] += outGradient[i] * Math.pow(base[i], -layer.beta());
            double common = outGradient[i] * in[i] * Math.pow(base[i], -layer.beta() - 1) * factor;
            for (int c = first(channel); c <= last(channel); c++) {
                int j = i + (c - channel) * area;
                gradient[j] -= common * in[j];
            }
        }
        return gradient;
    }
}
