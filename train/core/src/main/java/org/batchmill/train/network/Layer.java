package org.batchmill.train.network;

import java.util.List;

/**
 * One layer. Every layer has a name that is unique in its network; parameters are called {@code layer/parameter}, and their
 * arrays have one canonical layout in every engine and data format: convolutions [out][in][kernel height][kernel width], dense
 * [out][in], per-channel parameters [channel].
 *
 * <p>Layers hold their own activation only where the field does: {@link Activation} is a layer of its own, and engines fuse it.
 */
public sealed interface Layer {

    /** Unique in the network: {@code conv1}. */
    String name();

    /** The chains of layers inside of it that read its input; none unless it is a block. */
    default List<List<Layer>> branches() {
        return List.of();
    }

    /** Calls the visitor's method for this kind of layer and returns what it returns. */
    <T> T accept(Visitor<T> visitor);

    /** {@code y = x * multiply + add}. On unsigned bytes, x is 0 to 255. */
    record InputScale(String name, float multiply, float add) implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.inputScale(this);
        }
    }

    /** Correlation (the kernel is not flipped). Parameters: weights, and biases if {@code bias}. */
    record Conv2d(
            String name,
            int filters,
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int dilationHeight,
            int dilationWidth,
            Padding padding,
            boolean bias,
            Initializer weightInitializer,
            Initializer biasInitializer)
            implements Layer, Windowed {

        /** A square kernel, stride the same in both directions, no dilation, He-normal weights, biases 0. */
        public static Conv2d square(String name, int filters, int kernel, int stride, Padding padding, boolean bias) {
            return new Conv2d(
                    name,
                    filters,
                    kernel,
                    kernel,
                    stride,
                    stride,
                    1,
                    1,
                    padding,
                    bias,
                    Initializer.HE_NORMAL,
                    Initializer.ZEROS);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.conv2d(this);
        }
    }

    /** The largest value in each window; padding counts as minus infinity. */
    record MaxPool(String name, int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, Padding padding)
            implements Layer, Windowed {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.maxPool(this);
        }
    }

    /** The mean of each window, over the pixels inside the picture. */
    record AveragePool(
            String name, int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, Padding padding)
            implements Layer, Windowed {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.averagePool(this);
        }
    }

    /** Fully connected; flattens its input in the order channels, height, width. Parameters: weights, and biases if {@code bias}. */
    record Dense(String name, int units, boolean bias, Initializer weightInitializer, Initializer biasInitializer)
            implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.dense(this);
        }
    }

    /**
     * Per-channel normalisation. Parameters: gamma, beta; and, not trained, mean and variance.
     *
     * @param momentum the share of the old rolling value kept at each step: .99
     */
    record BatchNorm(String name, float momentum, float epsilon, Rule rule) implements Layer {
        /** Which formulas. */
        public enum Rule {
            /** Biased variance, divided by sqrt(variance + epsilon), in training, its gradient and inference (rolling variance biased too). */
            STANDARD,
            /**
             * Darknet's: variance divided by n-1; forward divides by sqrt(variance) + 1e-6; the gradient uses sqrt(variance + 1e-5)
             * with the formulas of the biased variance. For exact parity with the reference program only.
             */
            DARKNET
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.batchNorm(this);
        }
    }

    /** Across channels: {@code y = x / (bias + alpha / size * sum of x^2 over the size nearest channels) ^ beta}. */
    record LocalResponseNorm(String name, int size, float alpha, float beta, float bias) implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.localResponseNorm(this);
        }
    }

    /**
     * In training, zeroes each value with probability {@code rate} and divides the rest by {@code 1 - rate}; the mask is a function of
     * (seed, step, layer). Passes through in inference.
     */
    record Dropout(String name, float rate) implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.dropout(this);
        }
    }

    /** In training, adds normal noise that is a function of (seed, step, layer). Passes through in inference. */
    record GaussianNoise(String name, float standardDeviation) implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.gaussianNoise(this);
        }
    }

    /** @param alpha the slope or scale below 0 of leaky relu and elu, unused by the others */
    record Activation(String name, ActivationFunction function, float alpha) implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.activation(this);
        }
    }

    /** {@code y = x + body(x)}: the body ends with the shape that it starts with, unless {@code projection} brings x to it. */
    record Residual(String name, List<Layer> body, List<Layer> projection) implements Layer {
        public Residual {
            body = List.copyOf(body);
            projection = List.copyOf(projection);
        }

        @Override
        public List<List<Layer>> branches() {
            return List.of(body, projection);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.residual(this);
        }
    }

    /**
     * Over the frames of a sequence: takes [time][features], gives the last output, a vector of {@code units}. Gates in the order
     * input, forget, cell, output. Parameters: weights [4 units][features], recurrent [4 units][units], biases [4 units].
     */
    record Lstm(String name, int units, Initializer weightInitializer) implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.lstm(this);
        }
    }

    /** To a vector, in the order channels, height, width in both data formats. */
    record Flatten(String name) implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.flatten(this);
        }
    }

    /** The same values, in the order channels, height, width, as another shape. */
    record Reshape(String name, Shape shape) implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.reshape(this);
        }
    }

    /**
     * What is done with each kind of layer. It has no default: a new kind does not compile before every engine, exporter and writer
     * says what it makes of it.
     *
     * @param <T> what comes of a layer
     */
    interface Visitor<T> {
        T inputScale(InputScale layer);

        T conv2d(Conv2d layer);

        T maxPool(MaxPool layer);

        T averagePool(AveragePool layer);

        T dense(Dense layer);

        T batchNorm(BatchNorm layer);

        T localResponseNorm(LocalResponseNorm layer);

        T dropout(Dropout layer);

        T gaussianNoise(GaussianNoise layer);

        T activation(Activation layer);

        T residual(Residual layer);

        T lstm(Lstm layer);

        T flatten(Flatten layer);

        T reshape(Reshape layer);
    }
}
