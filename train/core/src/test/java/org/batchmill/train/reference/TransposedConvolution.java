package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** Each pixel adds its kernel, times its value, to a window of the output. */
final class TransposedConvolution extends JavaLayer.Single {

    private final Layer.TransposedConv2d layer;
    private final Shape inShape;
    private final Shape outShape;
    private final float[] weights;
    private final float[] biases;
    private final double[] weightGradient;
    private final double[] biasGradient;
    private double[] in;

    TransposedConvolution(Layer.TransposedConv2d layer, Shape in, Shape out, Parameters parameters) {
        super(layer.name());
        this.layer = layer;
        this.inShape = in;
        this.outShape = out;
        this.weights = parameters.values(name + "/weights");
        this.weightGradient = parameters.gradient(name + "/weights");
        this.biases = layer.bias() ? parameters.values(name + "/biases") : new float[layer.filters()];
        this.biasGradient = layer.bias() ? parameters.gradient(name + "/biases") : new double[layer.filters()];
    }

    /** One multiplication: places in the output, the input and the weights. */
    private interface Term {
        void run(int out, int in, int weight);
    }

    private void terms(int rows, Term term) {
        int kernel = layer.kernelHeight() * layer.kernelWidth();
        int top = layer.before(true, outShape);
        int left = layer.before(false, outShape);
        for (int i = 0; i < rows * inShape.size(); i++) {
            int x = i % inShape.width();
            int y = i / inShape.width() % inShape.height();
            int channel = i / (inShape.width() * inShape.height()) % inShape.channels();
            int row = i / inShape.size();
            for (int w = 0; w < layer.filters() * kernel; w++) {
                int outY = y * layer.strideHeight() - top + w % kernel / layer.kernelWidth();
                int outX = x * layer.strideWidth() - left + w % layer.kernelWidth();
                if (outY >= 0 && outY < outShape.height() && outX >= 0 && outX < outShape.width()) {
                    int plane = row * layer.filters() + w / kernel;
                    term.run(
                            (plane * outShape.height() + outY) * outShape.width() + outX,
                            i,
                            channel * layer.filters() * kernel + w);
                }
            }
        }
    }

    @Override
    double[] forward(double[] input, int rows, Pass pass) {
        in = input;
        double[] out = new double[rows * outShape.size()];
        int area = outShape.height() * outShape.width();
        for (int i = 0; i < out.length; i++) {
            out[i] = biases[i / area % layer.filters()];
        }
        terms(rows, (o, i, w) -> out[o] += weights[w] * in[i]);
        return out;
    }

    @Override
    double[] backwardOne(double[] outGradient) {
        double[] gradient = new double[in.length];
        int area = outShape.height() * outShape.width();
        for (int i = 0; i < outGradient.length; i++) {
            biasGradient[i / area % layer.filters()] += outGradient[i];
        }
        terms(in.length / inShape.size(), (o, i, w) -> {
            gradient[i] += outGradient[o] * weights[w];
            weightGradient[w] += outGradient[o] * in[i];
        });
        return gradient;
    }
}
