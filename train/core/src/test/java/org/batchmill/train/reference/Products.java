package org.batchmill.train.reference;

import org.batchmill.train.network.Shape;

/** A layer of one multiplication after the other, of a value of the input and a weight, added up in a value of the output, with biases. */
abstract class Products extends JavaLayer.Single {

    final Shape inShape;
    final Shape outShape;
    private final float[] weights;
    private final float[] biases;
    private final double[] weightGradient;
    private final double[] biasGradient;
    private double[] in;

    /** @param biasCount of the layer; {@code bias} says whether it has parameters for them */
    Products(String name, Shape in, Shape out, boolean bias, int biasCount, Parameters parameters) {
        super(name);
        this.inShape = in;
        this.outShape = out;
        this.weights = parameters.values(name + "/weights");
        this.weightGradient = parameters.gradient(name + "/weights");
        this.biases = bias ? parameters.values(name + "/biases") : new float[biasCount];
        this.biasGradient = bias ? parameters.gradient(name + "/biases") : new double[biasCount];
    }

    /** One multiplication: where it is in the output, the input and the weights. */
    interface Term {
        void run(int out, int in, int weight);
    }

    /** All multiplications of so many rows. */
    abstract void terms(int rows, Term term);

    /** Which bias a value of the output has. */
    abstract int bias(int out);

    @Override
    final double[] forward(double[] input, int rows, Pass pass) {
        in = input;
        double[] out = new double[rows * outShape.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = biases[bias(i)];
        }
        terms(rows, (o, i, w) -> out[o] += weights[w] * in[i]);
        return out;
    }

    @Override
    final double[] backwardOne(double[] outGradient) {
        double[] gradient = new double[in.length];
        for (int i = 0; i < outGradient.length; i++) {
            biasGradient[bias(i)] += outGradient[i];
        }
        terms(in.length / inShape.size(), (o, i, w) -> {
            gradient[i] += outGradient[o] * weights[w];
            weightGradient[w] += outGradient[o] * in[i];
        });
        return gradient;
    }
}
