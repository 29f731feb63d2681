package org.batchmill.train.network;

import java.util.List;

/**
 * One layer. Every layer has a name that is unique in its network; parameters are called {@code layer/parameter}, and their
 * arrays have one canonical layout in every engine and data format: convolutions [out][in][kernel height][kernel width], dense
 * [out][in], per-channel parameters [channel]. What a layer reads stands in its {@link Network#inputs()}.
 *
 * <p>Layers hold their own activation only where the field does: {@link Activation} is a layer of its own, and engines fuse it.
 */
public sealed interface Layer extends Block {

    @Override
    default <R> R accept(BlockVisitor<R> visitor) {
        return visitor.layer(this);
    }

    /** How many inputs it needs. */
    default int leastInputs() {
        return 1;
    }

    /** How many inputs it can take. */
    default int mostInputs() {
        return 1;
    }

    /** Whether it goes through the frames of a sequence one after the other. */
    default boolean isRecurrent() {
        return false;
    }

    /** Whether it takes whole sequences alone, and no vector. */
    default boolean readsSequences() {
        return isRecurrent();
    }

    /** Whether it makes one vector of the frames of a sequence. */
    default boolean joinsFrames() {
        return false;
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

    /**
     * Correlation (the kernel is not flipped). Parameters: weights [out][in / groups][kernel height][kernel width], and biases if
     * {@code bias}.
     *
     * @param groups so many equal parts of the input's channels, each of which an equal part of the filters reads alone; 1 for all
     *     channels, the number of channels for a depthwise convolution
     */
    record Conv2d(
            String name,
            int filters,
            @Inlined DilatedWindow dilated,
            boolean bias,
            Initializer weightInitializer,
            Initializer biasInitializer,
            @Usual("1") int groups)
            implements Layer, Windowed {

        public Conv2d {
            if (groups < 1) {
                throw new IllegalArgumentException(name + ": " + groups + " groups");
            }
        }

        @Override
        public Window window() {
            return dilated.window();
        }

        @Override
        public int dilationHeight() {
            return dilated.dilationHeight();
        }

        @Override
        public int dilationWidth() {
            return dilated.dilationWidth();
        }

        /** A convolution to be filled in. */
        public static ConvolutionBuilder builder(String name) {
            return new ConvolutionBuilder(name);
        }

        /** A builder that holds all of this. */
        public ConvolutionBuilder toBuilder() {
            return new ConvolutionBuilder(this);
        }

        /** A square kernel, stride the same in both directions, no dilation, He-normal weights, biases 0. */
        public static Conv2d square(String name, int filters, int kernel, int stride, Padding padding, boolean bias) {
            return builder(name)
                    .filters(filters)
                    .kernel(kernel, kernel)
                    .stride(stride, stride)
                    .padding(padding)
                    .bias(bias)
                    .build();
        }

        /** A {@link #square} one with a filter for each of the input's channels, which reads that channel alone. */
        public static Conv2d depthwise(
                String name, int channels, int kernel, int stride, Padding padding, boolean bias) {
            return square(name, channels, kernel, stride, padding, bias).grouped(channels);
        }

        /** The same in so many groups. */
        public Conv2d grouped(int count) {
            return toBuilder().groups(count).build();
        }

        /** The same with so many pixels from one of the kernel's values to the next. */
        public Conv2d dilated(int pixels) {
            return toBuilder().dilation(pixels, pixels).build();
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.conv2d(this);
        }
    }

    /**
     * The transpose of a convolution: what takes that convolution's gradient to its input. Each input pixel adds its kernel, times its
     * value, to a window of the output. The {@link Windowed} methods speak of that window, which slides over the <b>output</b>. The output
     * has {@code in * stride} pixels with {@link Padding.Same}, else {@code (in - 1) * stride + kernel} less the padding. Parameters: weights
     * [in][out][kernel height][kernel width], and biases [out] if {@code bias}.
     */
    record TransposedConv2d(
            String name,
            int filters,
            @Inlined Window window,
            boolean bias,
            Initializer weightInitializer,
            Initializer biasInitializer)
            implements Layer, Windowed {

        /** A square kernel, stride the same in both directions, He-normal weights, biases 0. */
        public static TransposedConv2d square(
                String name, int filters, int kernel, int stride, Padding padding, boolean bias) {
            return Conv2d.builder(name)
                    .filters(filters)
                    .kernel(kernel, kernel)
                    .stride(stride, stride)
                    .padding(padding)
                    .bias(bias)
                    .transposed();
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.transposedConv2d(this);
        }
    }

    /**
     * A convolution that has a kernel for each position of the output, as faces and grids have the same thing in the same place (LeCun 1989;
     * Taigman et al. 2014; darknet's {@code [local]}). Parameters: weights [out height][out width][out][in][kernel height][kernel width],
     * and biases [out][out height][out width] if {@code bias}.
     */
    record LocallyConnected2d(
            String name,
            int filters,
            @Inlined Window window,
            boolean bias,
            Initializer weightInitializer,
            Initializer biasInitializer)
            implements Layer, Windowed {

        /** A square kernel, stride the same in both directions, He-normal weights, biases 0. */
        public static LocallyConnected2d square(
                String name, int filters, int kernel, int stride, Padding padding, boolean bias) {
            return new LocallyConnected2d(
                    name,
                    filters,
                    new Window(kernel, kernel, stride, stride, padding),
                    bias,
                    Initializer.HE_NORMAL,
                    Initializer.ZEROS);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.locallyConnected2d(this);
        }
    }

    /** Makes each pixel {@code factorHeight} x {@code factorWidth} pixels. */
    record Upsample(String name, int factorHeight, int factorWidth, Mode mode) implements Layer {
        /** Where the new pixels' values come from. */
        public enum Mode {
            /** The pixel that they were made of. */
            NEAREST,
            /**
             * The four nearest, weighted by distance: pixel {@code y} stands at {@code (y + .5) / factor - .5} of the input, and what lies
             * beyond the edge is the edge (without aligned corners, in others' words).
             */
            BILINEAR
        }

        public Upsample {
            if (factorHeight < 1 || factorWidth < 1) {
                throw new IllegalArgumentException(name + ": upsampling by " + factorHeight + " x " + factorWidth);
            }
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.upsample(this);
        }
    }

    /** The mean of each channel: a vector. */
    record GlobalAveragePool(String name) implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.globalAveragePool(this);
        }
    }

    /** The largest value in each window; padding counts as minus infinity. */
    record MaxPool(String name, @Inlined Window window) implements Layer, Windowed {

        public MaxPool(
                String name, int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, Padding padding) {
            this(name, new Window(kernelHeight, kernelWidth, strideHeight, strideWidth, padding));
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.maxPool(this);
        }
    }

    /** The mean of each window, over the pixels inside the image. */
    record AveragePool(String name, @Inlined Window window) implements Layer, Windowed {

        public AveragePool(
                String name, int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, Padding padding) {
            this(name, new Window(kernelHeight, kernelWidth, strideHeight, strideWidth, padding));
        }

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
     * Per-channel normalization. Parameters: gamma, beta; and, not trained, mean and variance.
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

    /** The sum of two inputs or more, of one shape. */
    record Add(String name) implements Layer {
        @Override
        public int leastInputs() {
            return 2;
        }

        @Override
        public int mostInputs() {
            return Integer.MAX_VALUE;
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.add(this);
        }
    }

    /** The channels of two inputs or more of one height and width, in the inputs' order. */
    record Concat(String name) implements Layer {
        @Override
        public int leastInputs() {
            return 2;
        }

        @Override
        public int mostInputs() {
            return Integer.MAX_VALUE;
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.concat(this);
        }
    }

    /**
     * {@code y = gamma * x}, and {@code + beta} if {@code shift}, channel by channel. Parameters: gamma, beta.
     *
     * @param initial what gamma starts with; beta starts with 0
     */
    record ChannelScale(String name, float initial, boolean shift) implements Layer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.channelScale(this);
        }
    }

    /**
     * {@code y = x + body(x)}: the body ends with the shape that it starts with, unless {@code projection} brings x to it. A network holds
     * its layers and, by its name, an {@link Add}.
     */
    record Residual(String name, List<Block> body, List<Block> projection) implements Block {
        public Residual {
            body = List.copyOf(body);
            projection = List.copyOf(projection);
        }

        @Override
        public <R> R accept(BlockVisitor<R> visitor) {
            return visitor.residual(this);
        }
    }

    /**
     * How many frames of a sample count, which recurrent layers take as their second input: those up to the last one that holds anything
     * else than {@code padding}. Reads the frames as they come in: {@link Network#INPUT}, or an {@link InputScale} behind it.
     *
     * @param padding what fills the frames behind the end, as this layer reads it
     */
    record Lengths(String name, float padding) implements Layer {
        @Override
        public boolean readsSequences() {
            return true;
        }

        @Override
        public boolean joinsFrames() {
            return true;
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.lengths(this);
        }
    }

    /**
     * Over the frames of a sequence: takes [time][features], gives the last output, a vector of {@code units}, or each frame's. Gates in
     * the order input, forget, cell, output. With {@link Lengths} as a second input, the last output is the one at the sample's end, 0 if
     * it has no frames, and the outputs behind the end are 0. Parameters: weights [4 units][features], recurrent [4 units][units], biases
     * [4 units].
     *
     * @param sequences whether it gives each frame's output, else the last one
     */
    record Lstm(String name, int units, Initializer weightInitializer, @Usual("false") boolean sequences)
            implements Layer {

        /** Gives the last output. */
        public Lstm(String name, int units, Initializer weightInitializer) {
            this(name, units, weightInitializer, false);
        }

        @Override
        public int mostInputs() {
            return 2;
        }

        @Override
        public boolean isRecurrent() {
            return true;
        }

        @Override
        public boolean joinsFrames() {
            return !sequences;
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.lstm(this);
        }
    }

    /**
     * Gated recurrent units over the frames of a sequence, inputs and outputs as {@link Lstm}'s. With the gates in the order update u,
     * reset r, candidate c: {@code c = tanh(W x + b + r * (R h + b'))}, {@code h = u * h + (1 - u) * c} (Cho et al. 2014, with the reset
     * behind the product, as cuDNN and PyTorch have it). Parameters: weights [3 units][features], recurrent [3 units][units], biases [4
     * units]: update, reset, b, b'.
     *
     * @param sequences whether it gives each frame's output, else the last one
     */
    record Gru(String name, int units, Initializer weightInitializer, boolean sequences) implements Layer {
        @Override
        public int mostInputs() {
            return 2;
        }

        @Override
        public boolean isRecurrent() {
            return true;
        }

        @Override
        public boolean joinsFrames() {
            return !sequences;
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.gru(this);
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

        T transposedConv2d(TransposedConv2d layer);

        T locallyConnected2d(LocallyConnected2d layer);

        T upsample(Upsample layer);

        T globalAveragePool(GlobalAveragePool layer);

        T maxPool(MaxPool layer);

        T averagePool(AveragePool layer);

        T dense(Dense layer);

        T batchNorm(BatchNorm layer);

        T localResponseNorm(LocalResponseNorm layer);

        T dropout(Dropout layer);

        T gaussianNoise(GaussianNoise layer);

        T activation(Activation layer);

        T add(Add layer);

        T concat(Concat layer);

        T channelScale(ChannelScale layer);

        T lengths(Lengths layer);

        T lstm(Lstm layer);

        T gru(Gru layer);

        T flatten(Flatten layer);

        T reshape(Reshape layer);
    }
}
