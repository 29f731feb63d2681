package org.batchmill.train.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Shapes and parameters that follow from a list of layers. */
final class ShapeInference {

    private ShapeInference() {}

    static void check(Shape input, List<Layer> layers) {
        Set<String> names = new HashSet<>();
        checkNames(layers, names);
        infer(input, layers, new LinkedHashMap<>());
    }

    private static void checkNames(List<Layer> layers, Set<String> names) {
        for (Layer layer : layers) {
            if (layer.name().isEmpty() || layer.name().contains("/")) {
                throw new IllegalArgumentException("not a layer name: \"" + layer.name() + "\"");
            }
            if (!names.add(layer.name())) {
                throw new IllegalArgumentException("two layers are called " + layer.name());
            }
            if (layer instanceof Layer.Residual residual) {
                checkNames(residual.body(), names);
                checkNames(residual.projection(), names);
            }
        }
    }

    /** Fills {@code shapes} and returns the last. */
    static Shape infer(Shape input, List<Layer> layers, Map<String, Shape> shapes) {
        Shape shape = input;
        for (Layer layer : layers) {
            shape = outputOf(layer, shape, shapes);
            shapes.put(layer.name(), shape);
        }
        return shape;
    }

    private static Shape outputOf(Layer layer, Shape in, Map<String, Shape> shapes) {
        if (layer instanceof Windowed window) {
            return new Shape(
                    layer instanceof Layer.Conv2d conv ? conv.filters() : in.channels(),
                    axis(layer, window, true, in),
                    axis(layer, window, false, in));
        } else if (layer instanceof Layer.Dense dense) {
            return Shape.vector(dense.units());
        } else if (layer instanceof Layer.Lstm lstm) {
            return Shape.vector(lstm.units());
        } else if (layer instanceof Layer.Flatten) {
            return Shape.vector(in.size());
        } else if (layer instanceof Layer.Reshape reshape) {
            if (reshape.shape().size() != in.size()) {
                throw new IllegalArgumentException(layer.name() + ": " + in + " cannot become " + reshape.shape());
            }
            return reshape.shape();
        } else if (layer instanceof Layer.Residual residual) {
            Shape body = infer(in, residual.body(), shapes);
            Shape shortcut = infer(in, residual.projection(), shapes);
            if (!body.equals(shortcut)) {
                throw new IllegalArgumentException(layer.name() + ": " + body + " cannot be added to " + shortcut);
            }
            return body;
        }
        return in;
    }

    private static int axis(Layer layer, Windowed window, boolean vertical, Shape in) {
        int out = window.outputSize(vertical, in);
        if (out < 1) {
            int kernel = vertical ? window.kernelHeight() : window.kernelWidth();
            throw new IllegalArgumentException(layer.name() + ": a window of " + kernel + " does not fit into " + in);
        }
        return out;
    }

    static List<Parameter> parameters(Shape input, List<Layer> layers) {
        List<Parameter> parameters = new ArrayList<>();
        collect(input, layers, parameters);
        return List.copyOf(parameters);
    }

    private static Shape collect(Shape input, List<Layer> layers, List<Parameter> into) {
        Shape shape = input;
        for (Layer layer : layers) {
            addParameters(layer, shape, into);
            shape = outputOf(layer, shape, new LinkedHashMap<>());
        }
        return shape;
    }

    private static void addParameters(Layer layer, Shape in, List<Parameter> into) {
        if (layer instanceof Layer.Conv2d conv) {
            int window = conv.kernelHeight() * conv.kernelWidth();
            int fanIn = in.channels() * window;
            int fanOut = conv.filters() * window;
            into.add(new Parameter(
                    conv.name() + "/weights",
                    Parameter.Role.WEIGHTS,
                    List.of(conv.filters(), in.channels(), conv.kernelHeight(), conv.kernelWidth()),
                    conv.weightInitializer(),
                    fanIn,
                    fanOut));
            if (conv.bias()) {
                into.add(perChannel(
                        conv.name(),
                        "biases",
                        Parameter.Role.BIASES,
                        conv.filters(),
                        conv.biasInitializer(),
                        fanIn,
                        fanOut));
            }
        } else if (layer instanceof Layer.Dense dense) {
            into.add(new Parameter(
                    dense.name() + "/weights",
                    Parameter.Role.WEIGHTS,
                    List.of(dense.units(), in.size()),
                    dense.weightInitializer(),
                    in.size(),
                    dense.units()));
            if (dense.bias()) {
                into.add(perChannel(
                        dense.name(),
                        "biases",
                        Parameter.Role.BIASES,
                        dense.units(),
                        dense.biasInitializer(),
                        in.size(),
                        dense.units()));
            }
        } else if (layer instanceof Layer.BatchNorm norm) {
            Initializer one = new Initializer.Constant(1);
            int n = in.channels();
            into.add(perChannel(norm.name(), "gamma", Parameter.Role.GAMMA, n, one, n, n));
            into.add(perChannel(norm.name(), "beta", Parameter.Role.BETA, n, Initializer.ZEROS, n, n));
            into.add(perChannel(norm.name(), "mean", Parameter.Role.MEAN, n, Initializer.ZEROS, n, n));
            into.add(perChannel(norm.name(), "variance", Parameter.Role.VARIANCE, n, one, n, n));
        } else if (layer instanceof Layer.Lstm lstm) {
            int gates = 4 * lstm.units();
            into.add(new Parameter(
                    lstm.name() + "/weights",
                    Parameter.Role.WEIGHTS,
                    List.of(gates, in.size()),
                    lstm.weightInitializer(),
                    in.size(),
                    lstm.units()));
            into.add(new Parameter(
                    lstm.name() + "/recurrent",
                    Parameter.Role.WEIGHTS,
                    List.of(gates, lstm.units()),
                    lstm.weightInitializer(),
                    lstm.units(),
                    lstm.units()));
            into.add(perChannel(
                    lstm.name(), "biases", Parameter.Role.BIASES, gates, Initializer.ZEROS, in.size(), lstm.units()));
        } else if (layer instanceof Layer.Residual residual) {
            collect(in, residual.body(), into);
            collect(in, residual.projection(), into);
        }
    }

    private static Parameter perChannel(
            String layer,
            String what,
            Parameter.Role role,
            int channels,
            Initializer initializer,
            int fanIn,
            int fanOut) {
        return new Parameter(layer + "/" + what, role, List.of(channels), initializer, fanIn, fanOut);
    }
}
