package org.batchmill.train.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The parameters of a layer, in their canonical order.
 *
 * @param in the shape that goes into it
 */
record LayerParameters(Shape in) implements Layer.Visitor<List<Parameter>> {

    private static final Initializer ONES = new Initializer.Constant(1);

    /** Those of all layers, in order. */
    static List<Parameter> of(Shape in, List<Layer> layers) {
        List<Parameter> parameters = new ArrayList<>();
        Shape shape = in;
        for (Layer layer : layers) {
            parameters.addAll(layer.accept(new LayerParameters(shape)));
            shape = layer.accept(new OutputShape(shape, new LinkedHashMap<>()));
        }
        return List.copyOf(parameters);
    }

    @Override
    public List<Parameter> inputScale(Layer.InputScale layer) {
        return List.of();
    }

    @Override
    public List<Parameter> conv2d(Layer.Conv2d layer) {
        int window = layer.kernelHeight() * layer.kernelWidth();
        int fanIn = in.channels() * window;
        int fanOut = layer.filters() * window;
        Parameter weights = new Parameter(
                layer.name() + "/weights",
                Parameter.Role.WEIGHTS,
                List.of(layer.filters(), in.channels(), layer.kernelHeight(), layer.kernelWidth()),
                layer.weightInitializer(),
                fanIn,
                fanOut);
        return layer.bias()
                ? List.of(weights, biases(layer, layer.filters(), layer.biasInitializer(), fanIn, fanOut))
                : List.of(weights);
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
    public List<Parameter> residual(Layer.Residual layer) {
        List<Parameter> parameters = new ArrayList<>(of(in, layer.body()));
        parameters.addAll(of(in, layer.projection()));
        return parameters;
    }

    @Override
    public List<Parameter> lstm(Layer.Lstm layer) {
        int gates = 4 * layer.units();
        return List.of(
                new Parameter(
                        layer.name() + "/weights",
                        Parameter.Role.WEIGHTS,
                        List.of(gates, in.size()),
                        layer.weightInitializer(),
                        in.size(),
                        layer.units()),
                new Parameter(
                        layer.name() + "/recurrent",
                        Parameter.Role.WEIGHTS,
                        List.of(gates, layer.units()),
                        layer.weightInitializer(),
                        layer.units(),
                        layer.units()),
                biases(layer, gates, Initializer.ZEROS, in.size(), layer.units()));
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
