package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** Batch normalization by both rules. */
final class Normalization extends JavaLayer.Single {

    private final Layer.BatchNorm layer;
    private final int channels;
    private final int area;
    private final float[] gamma;
    private final float[] beta;
    private final float[] rollingMean;
    private final float[] rollingVariance;
    private final double[] gammaGradient;
    private final double[] betaGradient;
    private boolean training;
    private double[] in;
    /** A frozen norm goes by its rolling values in training too. */
    private final boolean frozen;

    private final double[] mean;
    private final double[] variance;

    Normalization(Layer.BatchNorm layer, Shape in, Parameters parameters) {
        super(layer.name());
        this.layer = layer;
        this.channels = in.channels();
        this.area = in.height() * in.width();
        this.gamma = parameters.values(name + "/gamma");
        this.beta = parameters.values(name + "/beta");
        this.rollingMean = parameters.values(name + "/mean");
        this.rollingVariance = parameters.values(name + "/variance");
        this.gammaGradient = parameters.gradient(name + "/gamma");
        this.betaGradient = parameters.gradient(name + "/beta");
        this.frozen = parameters.isFrozen(name);
        this.mean = new double[channels];
        this.variance = new double[channels];
    }

    private boolean darknet() {
        return layer.rule() == Layer.BatchNorm.Rule.DARKNET;
    }

    /** What values are divided by on the way forward. */
    private double deviation(int channel) {
        return darknet() ? Math.sqrt(variance[channel]) + 1e-6 : Math.sqrt(variance[channel] + layer.epsilon());
    }

    private int channelOf(int index) {
        return index / area % channels;
    }

    @Override
    double[] forward(double[] input, int rows, Pass pass) {
        in = input;
        training = pass.training() && !frozen;
        for (int c = 0; c < channels; c++) {
            mean[c] = training ? 0 : rollingMean[c];
            variance[c] = training ? 0 : rollingVariance[c];
        }
        if (training) {
            measure(rows);
        }
        double[] out = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            int c = channelOf(i);
            out[i] = (in[i] - mean[c]) / deviation(c) * gamma[c] + beta[c];
        }
        return out;
    }

    private void measure(int rows) {
        double count = (double) rows * area;
        for (int i = 0; i < in.length; i++) {
            mean[channelOf(i)] += in[i] / count;
        }
        for (int i = 0; i < in.length; i++) {
            double d = in[i] - mean[channelOf(i)];
            variance[channelOf(i)] += d * d / (darknet() ? count - 1 : count);
        }
        for (int c = 0; c < channels; c++) {
            rollingMean[c] = (float) (layer.momentum() * rollingMean[c] + (1 - layer.momentum()) * mean[c]);
            rollingVariance[c] = (float) (layer.momentum() * rollingVariance[c] + (1 - layer.momentum()) * variance[c]);
        }
    }

    @Override
    double[] backwardOne(double[] outGradient) {
        if (frozen) {
            double[] gradient = new double[in.length];
            for (int i = 0; i < in.length; i++) {
                gradient[i] = outGradient[i] * gamma[channelOf(i)] / deviation(channelOf(i));
            }
            return gradient;
        }
        if (!training) {
            throw new IllegalStateException(name + ": the last pass was not for training");
        }
        double count = (double) in.length / channels;
        double[] sum = new double[channels];
        double[] sumCentred = new double[channels];
        for (int i = 0; i < in.length; i++) {
            int c = channelOf(i);
            double centred = in[i] - mean[c];
            gammaGradient[c] += outGradient[i] * centred / deviation(c);
            betaGradient[c] += outGradient[i];
            sum[c] += outGradient[i] * gamma[c];
            sumCentred[c] += outGradient[i] * gamma[c] * centred;
        }
        double[] gradient = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            int c = channelOf(i);
            double inverse = 1 / Math.sqrt(variance[c] + (darknet() ? 1e-5 : layer.epsilon()));
            double centred = in[i] - mean[c];
            gradient[i] = inverse
                    * (outGradient[i] * gamma[c]
                            - sum[c] / count
                            - centred * inverse * inverse * sumCentred[c] / count);
        }
        return gradient;
    }
}
