package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** Correlation, from its definition. */
final class Convolution extends JavaLayer.Single {

    private final Layer.Conv2d layer;
    private final Shape inShape;
    private final Shape outShape;
    private final int top;
    private final int left;
    private final float[] weights;
    private final float[] biases;
    private final double[] weightGradient;
    private final double[] biasGradient;
    private double[] in;

    Convolution(Layer.Conv2d layer, Shape in, Shape out, Parameters parameters) {
        super(layer.name());
        this.layer = layer;
        this.inShape = in;
        this.outShape = out;
        this.top = layer.padding()
                .before(true, in.height(), layer.kernelHeight(), layer.strideHeight(), layer.dilationHeight());
        this.left = layer.padding()
                .before(false, in.width(), layer.kernelWidth(), layer.strideWidth(), layer.dilationWidth());
        this.weights = parameters.values(name + "/weights");
        this.weightGradient = parameters.gradient(name + "/weights");
        this.biases = layer.bias() ? parameters.values(name + "/biases") : new float[layer.filters()];
        this.biasGradient = layer.bias() ? parameters.gradient(name + "/biases") : new double[layer.filters()];
    }

    /** One multiplication: output and input index of the batch, and the weight between them; a whole line of them. */
    private interface Line {
        void run(int out, int in, int inStep, int weight, int count);
    }

    private void lines(int rows, Line line) {
        int kernel = layer.kernelHeight() * layer.kernelWidth();
        int channels = inShape.channels() / layer.groups();
        int filters = outShape.channels() / layer.groups();
        for (int row = 0; row < rows; row++) {
            for (int filter = 0; filter < outShape.channels(); filter++) {
                int firstChannel = filter / filters * channels;
                for (int channel = 0; channel < channels; channel++) {
                    for (int k = 0; k < kernel; k++) {
                        int weight = (filter * channels + channel) * kernel + k;
                        planes(
                                row * outShape.channels() + filter,
                                row * inShape.channels() + firstChannel + channel,
                                k / layer.kernelWidth() * layer.dilationHeight() - top,
                                k % layer.kernelWidth() * layer.dilationWidth() - left,
                                weight,
                                line);
                    }
                }
            }
        }
    }

    private void planes(int outPlane, int inPlane, int offsetY, int offsetX, int weight, Line line) {
        int stride = layer.strideWidth();
        int first = offsetX >= 0 ? 0 : (-offsetX + stride - 1) / stride;
        int end = Math.min(outShape.width(), Math.floorDiv(inShape.width() - 1 - offsetX, stride) + 1);
        for (int y = 0; y < outShape.height(); y++) {
            int inY = y * layer.strideHeight() + offsetY;
            if (inY >= 0 && inY < inShape.height() && end > first) {
                line.run(
                        (outPlane * outShape.height() + y) * outShape.width() + first,
                        (inPlane * inShape.height() + inY) * inShape.width() + first * stride + offsetX,
                        stride,
                        weight,
                        end - first);
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
        lines(rows, (o, i, step, w, count) -> {
            double weight = weights[w];
            for (int k = 0; k < count; k++) {
                out[o + k] += weight * in[i + k * step];
            }
        });
        return out;
    }

    @Override
    double[] backwardOne(double[] outGradient) {
        double[] gradient = new double[in.length];
        int area = outShape.height() * outShape.width();
        for (int i = 0; i < outGradient.length; i++) {
            biasGradient[i / area % layer.filters()] += outGradient[i];
        }
        lines(in.length / inShape.size(), (o, i, step, w, count) -> {
            double weight = weights[w];
            double sum = 0;
            for (int k = 0; k < count; k++) {
                double g = outGradient[o + k];
                sum += g * in[i + k * step];
                gradient[i + k * step] += g * weight;
            }
            weightGradient[w] += sum;
        });
        return gradient;
    }
}
