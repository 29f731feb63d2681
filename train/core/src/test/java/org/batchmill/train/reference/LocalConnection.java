package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** A kernel for each place of the output. */
final class LocalConnection extends JavaLayer.Single {

    private final Layer.LocallyConnected2d layer;
    private final Shape inShape;
    private final Shape outShape;
    private final float[] weights;
    private final float[] biases;
    private final double[] weightGradient;
    private final double[] biasGradient;
    private double[] in;

    LocalConnection(Layer.LocallyConnected2d layer, Shape in, Shape out, Parameters parameters) {
        super(layer.name());
        this.layer = layer;
        this.inShape = in;
        this.outShape = out;
        this.weights = parameters.values(name + "/weights");
        this.weightGradient = parameters.gradient(name + "/weights");
        this.biases = layer.bias() ? parameters.values(name + "/biases") : new float[out.size()];
        this.biasGradient = layer.bias() ? parameters.gradient(name + "/biases") : new double[out.size()];
    }

    /** One multiplication: places in the output, the input and the weights. */
    private interface Term {
        void run(int out, int in, int weight);
    }

    private void terms(int rows, Term term) {
        int kernel = layer.kernelHeight() * layer.kernelWidth();
        int top = layer.before(true, inShape);
        int left = layer.before(false, inShape);
        for (int i = 0; i < rows * outShape.size(); i++) {
            int x = i % outShape.width();
            int y = i / outShape.width() % outShape.height();
            int filter = i / (outShape.width() * outShape.height()) % outShape.channels();
            int row = i / outShape.size();
            for (int w = 0; w < inShape.channels() * kernel; w++) {
                int inY = y * layer.strideHeight() - top + w % kernel / layer.kernelWidth();
                int inX = x * layer.strideWidth() - left + w % layer.kernelWidth();
                if (inY >= 0 && inY < inShape.height() && inX >= 0 && inX < inShape.width()) {
                    int plane = row * inShape.channels() + w / kernel;
                    int first = ((y * outShape.width() + x) * layer.filters() + filter) * inShape.channels() * kernel;
                    term.run(i, (plane * inShape.height() + inY) * inShape.width() + inX, first + w);
                }
            }
        }
    }

    @Override
    double[] forward(double[] input, int rows, Pass pass) {
        in = input;
        double[] out = new double[rows * outShape.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = biases[i % outShape.size()];
        }
        terms(rows, (o, i, w) -> out[o] += weights[w] * in[i]);
        return out;
    }

    @Override
    double[] backwardOne(double[] outGradient) {
        double[] gradient = new double[in.length];
        for (int i = 0; i < outGradient.length; i++) {
            biasGradient[i % outShape.size()] += outGradient[i];
        }
        terms(in.length / inShape.size(), (o, i, w) -> {
            gradient[i] += outGradient[o] * weights[w];
            weightGradient[w] += outGradient[o] * in[i];
        });
        return gradient;
    }
}
