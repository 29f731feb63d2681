package org.batchmill.train.description;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.batchmill.records.DataException;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Window;

/** The words for layers in a description, and what is made of their fields. */
final class LayerKinds {

    /** Makes a layer. */
    private interface Kind {
        Layer of(LayerFields fields) throws DataException;
    }

    private static final Map<String, Kind> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put(
                "scale",
                fields -> new Layer.InputScale(fields.name(), fields.number("multiply", 1), fields.number("add", 0)));
        KINDS.put("conv", LayerKinds::convolution);
        KINDS.put("transposed-conv", LayerKinds::transposed);
        KINDS.put("local", LayerKinds::local);
        KINDS.put("max-pool", LayerKinds::maxPool);
        KINDS.put("average-pool", LayerKinds::averagePool);
        KINDS.put("global-average-pool", fields -> new Layer.GlobalAveragePool(fields.name()));
        KINDS.put("upsample", LayerKinds::upsample);
        KINDS.put(
                "dense",
                fields -> new Layer.Dense(
                        fields.name(),
                        fields.integer("units"),
                        fields.flag("bias", true),
                        Initializer.GLOROT_UNIFORM,
                        Initializer.ZEROS));
        KINDS.put(
                "batch-norm",
                fields -> new Layer.BatchNorm(
                        fields.name(),
                        fields.number("momentum", .9),
                        fields.number("epsilon", 1e-5),
                        Layer.BatchNorm.Rule.STANDARD));
        KINDS.put(
                "response-norm",
                fields -> new Layer.LocalResponseNorm(
                        fields.name(),
                        fields.integer("size", 5),
                        fields.number("alpha", 1e-4),
                        fields.number("beta", .75),
                        fields.number("bias", 1)));
        KINDS.put(
                "channel-scale",
                fields ->
                        new Layer.ChannelScale(fields.name(), fields.number("initial", 1), fields.flag("shift", true)));
        KINDS.put("dropout", fields -> new Layer.Dropout(fields.name(), fields.number("rate", .5)));
        KINDS.put("noise", fields -> new Layer.GaussianNoise(fields.name(), fields.number("deviation", .1)));
        activation("relu", ActivationFunction.RELU);
        activation("relu6", ActivationFunction.RELU6);
        activation("sigmoid", ActivationFunction.SIGMOID);
        activation("tanh", ActivationFunction.TANH);
        activation("softmax", ActivationFunction.SOFTMAX);
        activation("leaky-relu", ActivationFunction.LEAKY_RELU, "slope", .1);
        activation("elu", ActivationFunction.ELU, "alpha", 1);
        KINDS.put("add", fields -> new Layer.Add(fields.name()));
        KINDS.put("concat", fields -> new Layer.Concat(fields.name()));
        KINDS.put("flatten", fields -> new Layer.Flatten(fields.name()));
        KINDS.put("reshape", fields -> new Layer.Reshape(fields.name(), shape(fields, "shape")));
        KINDS.put("lengths", fields -> new Layer.Lengths(fields.name(), fields.number("padding", 0)));
        KINDS.put(
                "lstm",
                fields -> new Layer.Lstm(
                        fields.name(),
                        fields.integer("units"),
                        Initializer.GLOROT_UNIFORM,
                        fields.flag("sequences", false)));
        KINDS.put(
                "gru",
                fields -> new Layer.Gru(
                        fields.name(),
                        fields.integer("units"),
                        Initializer.GLOROT_UNIFORM,
                        fields.flag("sequences", false)));
    }

    private LayerKinds() {}

    static Set<String> words() {
        return KINDS.keySet();
    }

    /** @throws DataException if a field is missing, wrong or misspelt */
    static Layer layer(String word, LayerFields fields) throws DataException {
        try {
            return KINDS.get(word).of(fields);
        } catch (IllegalArgumentException e) {
            // Begins with the layer's name already, which the error says again.
            String message = String.valueOf(e.getMessage());
            String name = fields.name() + ": ";
            throw fields.error(message.startsWith(name) ? message.substring(name.length()) : message);
        }
    }

    private static void activation(String word, ActivationFunction function) {
        KINDS.put(word, fields -> new Layer.Activation(fields.name(), function, 0));
    }

    private static void activation(String word, ActivationFunction function, String key, double usual) {
        KINDS.put(word, fields -> new Layer.Activation(fields.name(), function, fields.number(key, usual)));
    }

    static Shape shape(LayerFields fields, String key) throws DataException {
        int[] sizes = fields.shape(key);
        try {
            return new Shape(sizes[0], sizes[1], sizes[2]);
        } catch (IllegalArgumentException e) {
            throw fields.error(e.getMessage());
        }
    }

    private static Layer convolution(LayerFields fields) throws DataException {
        int[] kernel = fields.pair("kernel", 0);
        int[] stride = fields.pair("stride", 1);
        int[] dilation = fields.pair("dilation", 1);
        return Layer.Conv2d.builder(fields.name())
                .filters(fields.integer("filters"))
                .kernel(kernel[0], kernel[1])
                .stride(stride[0], stride[1])
                .dilation(dilation[0], dilation[1])
                .padding(fields.padding(Padding.same()))
                .bias(fields.flag("bias", true))
                .groups(fields.integer("groups", 1))
                .build();
    }

    private static Layer transposed(LayerFields fields) throws DataException {
        int[] kernel = fields.pair("kernel", 0);
        int[] stride = fields.pair("stride", 1);
        return Layer.Conv2d.builder(fields.name())
                .filters(fields.integer("filters"))
                .kernel(kernel[0], kernel[1])
                .stride(stride[0], stride[1])
                .padding(fields.padding(Padding.same()))
                .bias(fields.flag("bias", true))
                .transposed();
    }

    private static Layer local(LayerFields fields) throws DataException {
        return new Layer.LocallyConnected2d(
                fields.name(),
                fields.integer("filters"),
                window(fields, 0, 1, Padding.same()),
                fields.flag("bias", true),
                Initializer.HE_NORMAL,
                Initializer.ZEROS);
    }

    private static Layer maxPool(LayerFields fields) throws DataException {
        return new Layer.MaxPool(fields.name(), window(fields, 2, 2, Padding.valid()));
    }

    private static Layer averagePool(LayerFields fields) throws DataException {
        return new Layer.AveragePool(fields.name(), window(fields, 2, 2, Padding.valid()));
    }

    /** @param kernel each side where nobody says it; 0 for a side that has to be said */
    private static Window window(LayerFields fields, int kernel, int stride, Padding padding) throws DataException {
        int[] sides = fields.pair("kernel", kernel);
        int[] strides = fields.pair("stride", stride);
        return new Window(sides[0], sides[1], strides[0], strides[1], fields.padding(padding));
    }

    private static Layer upsample(LayerFields fields) throws DataException {
        int[] factor = fields.pair("factor", 2);
        String mode = fields.text("mode", "nearest");
        return new Layer.Upsample(
                fields.name(),
                factor[0],
                factor[1],
                switch (mode) {
                    case "nearest" -> Layer.Upsample.Mode.NEAREST;
                    case "bilinear" -> Layer.Upsample.Mode.BILINEAR;
                    default -> throw fields.error("mode is " + mode + ", neither nearest nor bilinear");
                });
    }
}
