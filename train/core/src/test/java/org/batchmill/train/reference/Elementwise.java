package org.batchmill.train.reference;

import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** Layers whose outputs stand where their inputs stood. */
final class Elementwise {

    private Elementwise() {}

    /** Flatten and reshape: the order channels, height, width is the order in memory. */
    static final class Same extends JavaLayer.Single {
        Same(String name) {
            super(name);
        }

        @Override
        double[] forward(double[] in, int rows, Pass pass) {
            return in;
        }

        @Override
        double[] backwardOne(double[] outGradient) {
            return outGradient;
        }
    }

    static final class Scale extends JavaLayer.Single {
        private final Layer.InputScale layer;

        Scale(Layer.InputScale layer) {
            super(layer.name());
            this.layer = layer;
        }

        @Override
        double[] forward(double[] in, int rows, Pass pass) {
            double[] out = new double[in.length];
            for (int i = 0; i < in.length; i++) {
                out[i] = in[i] * layer.multiply() + layer.add();
            }
            return out;
        }

        @Override
        double[] backwardOne(double[] outGradient) {
            double[] gradient = new double[outGradient.length];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = outGradient[i] * layer.multiply();
            }
            return gradient;
        }
    }

    static final class ChannelScale extends JavaLayer.Single {
        private final int area;
        private final float[] gamma;
        private final float[] beta;
        private final double[] byGamma;
        private final double[] byBeta;
        private double[] in;

        ChannelScale(Layer.ChannelScale layer, Shape shape, Parameters parameters) {
            super(layer.name());
            this.area = shape.height() * shape.width();
            this.gamma = parameters.values(name + "/gamma");
            this.byGamma = parameters.gradient(name + "/gamma");
            this.beta = layer.shift() ? parameters.values(name + "/beta") : new float[gamma.length];
            this.byBeta = layer.shift() ? parameters.gradient(name + "/beta") : new double[gamma.length];
        }

        @Override
        double[] forward(double[] input, int rows, Pass pass) {
            in = input;
            double[] out = new double[in.length];
            for (int i = 0; i < in.length; i++) {
                int channel = i / area % gamma.length;
                out[i] = in[i] * gamma[channel] + beta[channel];
            }
            return out;
        }

        @Override
        double[] backwardOne(double[] outGradient) {
            double[] gradient = new double[outGradient.length];
            for (int i = 0; i < gradient.length; i++) {
                int channel = i / area % gamma.length;
                gradient[i] = outGradient[i] * gamma[channel];
                byGamma[channel] += outGradient[i] * in[i];
                byBeta[channel] += outGradient[i];
            }
            return gradient;
        }
    }

    /** The mean of each channel. */
    static final class Mean extends JavaLayer.Single {
        private final int area;

        Mean(Layer.GlobalAveragePool layer, Shape shape) {
            super(layer.name());
            this.area = shape.height() * shape.width();
        }

        @Override
        double[] forward(double[] in, int rows, Pass pass) {
            double[] out = new double[in.length / area];
            for (int i = 0; i < in.length; i++) {
                out[i / area] += in[i] / area;
            }
            return out;
        }

        @Override
        double[] backwardOne(double[] outGradient) {
            double[] gradient = new double[outGradient.length * area];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = outGradient[i / area] / area;
            }
            return gradient;
        }
    }

    /** Frames up to the last that is not all padding. */
    static final class Lengths extends JavaLayer.Single {
        private final int size;
        private final int time;
        private final float padding;
        private int values;

        Lengths(Layer.Lengths layer, int size, int time) {
            super(layer.name());
            this.size = size;
            this.time = time;
            this.padding = layer.padding();
        }

        @Override
        double[] forward(double[] in, int rows, Pass pass) {
            values = in.length;
            double[] lengths = new double[in.length / size / time];
            for (int i = 0; i < in.length; i++) {
                if ((float) in[i] != padding) {
                    int row = i / size / time;
                    lengths[row] = Math.max(lengths[row], i / size % time + 1);
                }
            }
            return lengths;
        }

        @Override
        double[] backwardOne(double[] outGradient) {
            return new double[values];
        }
    }

    static final class Dropout extends JavaLayer.Single {
        private final double rate;
        private double[] mask;

        Dropout(Layer.Dropout layer) {
            super(layer.name());
            this.rate = layer.rate();
        }

        @Override
        double[] forward(double[] in, int rows, Pass pass) {
            mask = new double[in.length];
            double[] out = new double[in.length];
            for (int i = 0; i < in.length; i++) {
                boolean kept = !pass.training() || pass.uniform(name, pass.first(in.length) + i) >= rate;
                mask[i] = kept ? pass.training() ? 1 / (1 - rate) : 1 : 0;
                out[i] = in[i] * mask[i];
            }
            return out;
        }

        @Override
        double[] backwardOne(double[] outGradient) {
            double[] gradient = new double[outGradient.length];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = outGradient[i] * mask[i];
            }
            return gradient;
        }
    }

    static final class Noise extends JavaLayer.Single {
        private final double deviation;

        Noise(Layer.GaussianNoise layer) {
            super(layer.name());
            this.deviation = layer.standardDeviation();
        }

        @Override
        double[] forward(double[] in, int rows, Pass pass) {
            if (!pass.training()) {
                return in;
            }
            double[] out = new double[in.length];
            for (int i = 0; i < in.length; i++) {
                long index = pass.first(in.length) + i;
                double radius = Math.sqrt(-2 * Math.log(1 - pass.uniform(name, 2 * index)));
                out[i] = in[i] + deviation * radius * Math.cos(2 * Math.PI * pass.uniform(name, 2 * index + 1));
            }
            return out;
        }

        @Override
        double[] backwardOne(double[] outGradient) {
            return outGradient;
        }
    }

    static final class Activation extends JavaLayer.Single {
        private final ActivationFunction function;
        private final double alpha;
        private final int features;
        private double[] in;
        private double[] out;

        Activation(Layer.Activation layer, int features) {
            super(layer.name());
            this.function = layer.function();
            this.alpha = layer.alpha();
            this.features = features;
        }

        @Override
        double[] forward(double[] input, int rows, Pass pass) {
            in = input;
            out = new double[in.length];
            if (function == ActivationFunction.SOFTMAX) {
                softmax();
                return out;
            }
            for (int i = 0; i < in.length; i++) {
                out[i] = value(in[i]);
            }
            return out;
        }

        private void softmax() {
            for (int from = 0; from < in.length; from += features) {
                double largest = Double.NEGATIVE_INFINITY;
                for (int i = from; i < from + features; i++) {
                    largest = Math.max(largest, in[i]);
                }
                double sum = 0;
                for (int i = from; i < from + features; i++) {
                    out[i] = Math.exp(in[i] - largest);
                    sum += out[i];
                }
                for (int i = from; i < from + features; i++) {
                    out[i] /= sum;
                }
            }
        }

        private double value(double x) {
            return switch (function) {
                case LINEAR, SOFTMAX -> x;
                case RELU -> Math.max(0, x);
                case RELU6 -> Math.max(0, Math.min(6, x));
                case LEAKY_RELU -> x > 0 ? x : alpha * x;
                case ELU -> x > 0 ? x : alpha * Math.expm1(x);
                case SIGMOID -> 1 / (1 + Math.exp(-x));
                case TANH -> Math.tanh(x);
            };
        }

        /** The derivative at input x with output y. */
        private double slope(double x, double y) {
            return switch (function) {
                case LINEAR, SOFTMAX -> 1;
                case RELU -> x > 0 ? 1 : 0;
                case RELU6 -> x > 0 && x < 6 ? 1 : 0;
                case LEAKY_RELU -> x > 0 ? 1 : alpha;
                case ELU -> x > 0 ? 1 : y + alpha;
                case SIGMOID -> y * (1 - y);
                case TANH -> 1 - y * y;
            };
        }

        @Override
        double[] backwardOne(double[] outGradient) {
            double[] gradient = new double[in.length];
            for (int from = 0; from < in.length; from += features) {
                double dot = 0;
                for (int i = from; i < from + features; i++) {
                    dot += outGradient[i] * out[i];
                }
                for (int i = from; i < from + features; i++) {
                    gradient[i] = function == ActivationFunction.SOFTMAX
                            ? out[i] * (outGradient[i] - dot)
                            : outGradient[i] * slope(in[i], out[i]);
                }
            }
            return gradient;
        }
    }
}
