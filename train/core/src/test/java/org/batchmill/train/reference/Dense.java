package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;

/** {@code y = W x + b}. */
final class Dense extends JavaLayer.Single {

    private final int inputs;
    private final int units;
    private final float[] weights;
    private final float[] biases;
    private final double[] weightGradient;
    private final double[] biasGradient;
    private double[] in;

    Dense(Layer.Dense layer, int inputs, Parameters parameters) {
        super(layer.name());
        this.inputs = inputs;
        this.units = layer.units();
        this.weights = parameters.values(name + "/weights");
        this.weightGradient = parameters.gradient(name + "/weights");
        this.biases = layer.bias() ? parameters.values(name + "/biases") : new float[units];
        this.biasGradient = layer.bias() ? parameters.gradient(name + "/biases") : new double[units];
    }

    @Override
    double[] forward(double[] input, int rows, Pass pass) {
        in = input;
        double[] out = new double[rows * units];
        for (int row = 0; row < rows; row++) {
            for (int unit = 0; unit < units; unit++) {
                double sum = biases[unit];
                for (int i = 0; i < inputs; i++) {
                    sum += weights[unit * inputs + i] * in[row * inputs + i];
                }
                out[row * units + unit] = sum;
            }
        }
        return out;
    }

    @Override
    double[] backwardOne(double[] outGradient) {
        double[] gradient = new double[in.length];
        for (int row = 0; row < in.length / inputs; row++) {
            for (int unit = 0; unit < units; unit++) {
                double g = outGradient[row * units + unit];
                biasGradient[unit] += g;
                for (int i = 0; i < inputs; i++) {
                    weightGradient[unit * inputs + i] += g * in[row * inputs + i];
                    gradient[row * inputs + i] += g * weights[unit * inputs + i];
                }
            }
        }
        return gradient;
    }
}
