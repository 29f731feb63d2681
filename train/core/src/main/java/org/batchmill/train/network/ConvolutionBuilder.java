package org.batchmill.train.network;

/**
 * A convolution in the making, by the names of its parts: 1x1 pixels, stride and dilation 1, same padding, biases, one group, He-normal
 * weights and biases 0, unless it says so. Not thread-safe.
 */
public final class ConvolutionBuilder {

    private final String name;
    private int filters;
    private int kernelHeight = 1;
    private int kernelWidth = 1;
    private int strideHeight = 1;
    private int strideWidth = 1;
    private int dilationHeight = 1;
    private int dilationWidth = 1;
    private Padding padding = Padding.same();
    private boolean bias = true;
    private Initializer weights = Initializer.HE_NORMAL;
    private Initializer biases = Initializer.ZEROS;
    private int groups = 1;

    ConvolutionBuilder(String name) {
        this.name = name;
    }

    ConvolutionBuilder(Layer.Conv2d layer) {
        this(layer.name());
        filters(layer.filters())
                .kernel(layer.kernelHeight(), layer.kernelWidth())
                .stride(layer.strideHeight(), layer.strideWidth())
                .dilation(layer.dilationHeight(), layer.dilationWidth())
                .padding(layer.padding())
                .bias(layer.bias())
                .weights(layer.weightInitializer())
                .biases(layer.biasInitializer())
                .groups(layer.groups());
    }

    public ConvolutionBuilder filters(int count) {
        filters = count;
        return this;
    }

    public ConvolutionBuilder kernel(int height, int width) {
        kernelHeight = height;
        kernelWidth = width;
        return this;
    }

    public ConvolutionBuilder stride(int height, int width) {
        strideHeight = height;
        strideWidth = width;
        return this;
    }

    /** Pixels from one of the kernel's values to the next. */
    public ConvolutionBuilder dilation(int height, int width) {
        dilationHeight = height;
        dilationWidth = width;
        return this;
    }

    public ConvolutionBuilder padding(Padding value) {
        padding = value;
        return this;
    }

    /** Whether there are biases. */
    public ConvolutionBuilder bias(boolean value) {
        bias = value;
        return this;
    }

    /** How weights begin. */
    public ConvolutionBuilder weights(Initializer value) {
        weights = value;
        return this;
    }

    /** How biases begin. */
    public ConvolutionBuilder biases(Initializer value) {
        biases = value;
        return this;
    }

    public ConvolutionBuilder groups(int count) {
        groups = count;
        return this;
    }

    public Layer.Conv2d build() {
        return new Layer.Conv2d(
                name,
                filters,
                new DilatedWindow(
                        kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padding),
                bias,
                weights,
                biases,
                groups);
    }

    /**
     * The transpose of it.
     *
     * @throws IllegalArgumentException if it is dilated or has several groups, which a transposed one has not
     */
    public Layer.TransposedConv2d transposed() {
        if (dilationHeight != 1 || dilationWidth != 1 || groups != 1) {
            throw new IllegalArgumentException(name + ": a transposed convolution has no dilation and one group");
        }
        return new Layer.TransposedConv2d(name, filters, window(), bias, weights, biases);
    }

    private Window window() {
        return new Window(kernelHeight, kernelWidth, strideHeight, strideWidth, padding);
    }
}
