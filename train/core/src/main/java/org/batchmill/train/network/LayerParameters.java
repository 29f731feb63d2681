package org.batchmill.train.network;

import java.util.List;

/**
 * The parameters of a layer, in their canonical order.
 *
 * @param in the shape that goes into it; of several, the first
 */
record LayerParameters(Shape in) implements Layer.Visitor<List<Parameter>> {

    private static final Initializer ONES = new Initializer.Constant(1);

    @Override
    public List<Parameter> inputScale(Layer.InputScale layer) {
        return List.of();
    }

    @Override
    public List<Parameter> conv2d(Layer.Conv2d layer) {
        int window = layer.kernelHeight() * layer.kernelWidth();
        int fanIn = in.channels() / layer.groups() * window;
        int fanOut = layer.filters() / layer.groups() * window;
        Parameter weights = new Parameter(
                layer.name() + "/weights",
                Parameter.Role.WEIGHTS,
                List.of(layer.filters(), in.channels() / layer.groups(), layer.kernelHeight(), layer.kernelWidth()),
                layer.weightInitializer(),
                fanIn,
                fanOut);
        return layer.bias()
                ? List.of(weights, biases(layer, layer.filters(), layer.biasInitializer(), fanIn, fanOut))
                : List.of(weights);
    }

    @Override
    public List<Parameter> transposedConv2d(Layer.TransposedConv2d layer) {
        int window = layer.kernelHeight() * layer.kernelWidth();
        // Each output pixel lies in so many of the windows that a stride apart are laid over it.
        int fanIn = Math.max(1, in.channels() * window / (layer.strideHeight() * layer.strideWidth()));
        int fanOut = layer.filters() * window;
        Parameter weights = new Parameter(
                layer.name() + "/weights",
                Parameter.Role.WEIGHTS,
                List.of(in.channels(), layer.filters(), layer.kernelHeight(), layer.kernelWidth()),
                layer.weightInitializer(),
                fanIn,
                fanOut);
        return layer.bias()
                ? List.of(weights, biases(layer, layer.filters(), layer.biasInitializer(), fanIn, fanOut))
                : List.of(weights);
    }

    @Override
    public List<Parameter> locallyConnected2d(Layer.LocallyConnected2d layer) {
        int window = layer.kernelHeight() * layer.kernelWidth();
        int height = layer.outputSize(true, in);
        int width = layer.outputSize(false, in);
        int fanIn = in.channels() * window;
        int fanOut = layer.filters() * window;
        Parameter weights = new Parameter(
                layer.name() + "/weights",
                Parameter.Role.WEIGHTS,
                List.of(height, width, layer.filters(), in.channels(), layer.kernelHeight(), layer.kernelWidth()),
                layer.weightInitializer(),
                fanIn,
                fanOut);
        Parameter biases = new Parameter(
                layer.name() + "/biases",
                Parameter.Role.BIASES,
                List.of(layer.filters(), height, width),
                layer.biasInitializer(),
                fanIn,
                fanOut);
        return layer.bias() ? List.of(weights, biases) : List.of(weights);
    }

    @Override
    public List<Parameter> upsample(Layer.Upsample layer) {
        return List.of();
    }

    @Override
    public List<Parameter> globalAveragePool(Layer.GlobalAveragePool layer) {
        return List.of();
    }

    @Override
    public List<Parameter> maxPool(Layer.MaxPool layer) {
        return List.of();
    }

    @Override
    public List<Parameter> averagePool(Layer.AveragePool layer) {
        return List.of();
    }

    @Override
    public List<Parameter> dense(Layer.Dense layer) {
        Parameter weights = new Parameter(
                layer.name() + "/weights",
                Parameter.Role.WEIGHTS,
                List.of(layer.units(), in.size()),
                layer.weightInitializer(),
                in.size(),
                layer.units());
        return layer.bias()
                ? List.of(weights, biases(layer, layer.units(), layer.biasInitializer(), in.size(), layer.units()))
                : List.of(weights);
    }

    @Override
    public List<Parameter> batchNorm(Layer.BatchNorm layer) {
        int n = in.channels();
        return List.of(
                perChannel(layer, "gamma", Parameter.Role.GAMMA, n, ONES, n, n),
                perChannel(layer, "beta", Parameter.Role.BETA, n, Initializer.ZEROS, n, n),
                perChannel(layer, "mean", Parameter.Role.MEAN, n, Initializer.ZEROS, n, n),
                perChannel(layer, "variance", Parameter.Role.VARIANCE, n, ONES, n, n));
    }

    @Override
    public List<Parameter> localResponseNorm(Layer.LocalResponseNorm layer) {
        return List.of();
    }

    @Override
    public List<Parameter> dropout(Layer.Dropout layer) {
        return List.of();
    }

    @Override
    public List<Parameter> gaussianNoise(Layer.GaussianNoise layer) {
        return List.of();
    }

    @Override
    public List<Parameter> activation(Layer.Activation layer) {
        return List.of();
    }

    @Override
    public List<Parameter> add(Layer.Add layer) {
        return List.of();
    }

    @Override
    public List<Parameter> concat(Layer.Concat layer) {
        return List.of();
    }

    @Override
    public List<Parameter> channelScale(Layer.ChannelScale layer) {
        int n = in.channels();
        Parameter gamma =
                perChannel(layer, "gamma", Parameter.Role.GAMMA, n, new Initializer.Constant(layer.initial()), n, n);
        return layer.shift()
                ? List.of(gamma, perChannel(layer, "beta", Parameter.Role.BETA, n, Initializer.ZEROS, n, n))
                : List.of(gamma);
    }

    @Override
    public List<Parameter> lengths(Layer.Lengths layer) {
        return List.of();
    }

    @Override
    public List<Parameter> lstm(Layer.Lstm layer) {
        return recurrent(layer, layer.units(), 4, layer.weightInitializer());
    }

    @Override
    public List<Parameter> gru(Layer.Gru layer) {
        return recurrent(layer, layer.units(), 3, layer.weightInitializer());
    }

    /** Both kinds have four biases a unit: the candidate of gated recurrent units has two. */
    private List<Parameter> recurrent(Layer layer, int units, int gates, Initializer initializer) {
        return List.of(
                new Parameter(
                        layer.name() + "/weights",
                        Parameter.Role.WEIGHTS,
                        List.of(gates * units, in.size()),
                        initializer,
                        in.size(),
                        units),
                new Parameter(
                        layer.name() + "/recurrent",
                        Parameter.Role.WEIGHTS,
                        List.of(gates * units, units),
                        initializer,
                        units,
                        units),
                biases(layer, 4 * units, Initializer.ZEROS, in.size(), units));
    }

    @Override
    public List<Parameter> flatten(Layer.Flatten layer) {
        return List.of();
    }

    @Override
    public List<Parameter> reshape(Layer.Reshape layer) {
        return List.of();
    }

    private static Parameter biases(Layer layer, int channels, Initializer initializer, int fanIn, int fanOut) {
        return perChannel(layer, "biases", Parameter.Role.BIASES, channels, initializer, fanIn, fanOut);
    }

    private static Parameter perChannel(
            Layer layer,
            String what,
            Parameter.Role role,
            int channels,
            Initializer initializer,
            int fanIn,
            int fanOut) {
        return new Parameter(layer.name() + "/" + what, role, List.of(channels), initializer, fanIn, fanOut);
    }
}
