package org.batchmill.train.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Block;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** A small network around each layer and each of its variants: what engines and exports are tried on. */
public final class LayerNetworks {

    private LayerNetworks() {}

    /** By what they show. */
    public static Map<String, Network> all() {
        Map<String, Network> networks = new LinkedHashMap<>();
        windows(networks);
        rest(networks);
        return networks;
    }

    /**
     * Norms of channels that do and do not fill blocks, without an epsilon: by darknet's rule, whose gradients are not the slopes of what it
     * computes, and by the other.
     */
    static Map<String, Network> bareNorms() {
        Map<String, Network> networks = new LinkedHashMap<>();
        for (Layer.BatchNorm.Rule rule : Layer.BatchNorm.Rule.values()) {
            for (int channels : new int[] {3, 8, 9, 17}) {
                networks.put(
                        rule + " norm of " + channels,
                        around(
                                conv("conv", channels),
                                new Layer.BatchNorm("norm", .9f, 0, rule),
                                new Layer.Activation("act", ActivationFunction.TANH, 0),
                                conv("after", 5)));
            }
        }
        return networks;
    }

    private static void windows(Map<String, Network> networks) {
        Padding.Explicit uneven = new Padding.Explicit(0, 1, 2, 0);
        networks.put("conv 3x3 same", around(conv(3, 3, 1, 1, 1, 1, Padding.same())));
        networks.put("conv 3x3 stride 2 same", around(conv(3, 3, 2, 2, 1, 1, Padding.same())));
        networks.put("conv 5x5 stride 2 valid", around(conv(5, 5, 2, 2, 1, 1, Padding.valid())));
        networks.put("conv 1x1", around(conv(1, 1, 1, 1, 1, 1, Padding.valid())));
        networks.put("conv 1x5 stride 1x2", around(conv(1, 5, 1, 2, 1, 1, Padding.same())));
        networks.put("conv 3x1 stride 3x1", around(conv(3, 1, 3, 1, 1, 1, Padding.valid())));
        networks.put("conv 3x3 dilation 2 same", around(conv(3, 3, 1, 1, 2, 2, Padding.same())));
        networks.put("conv 3x2 dilation 2x3 valid", around(conv(3, 2, 1, 1, 2, 3, Padding.valid())));
        networks.put("conv 3x3 explicit", around(conv(3, 3, 2, 1, 1, 1, Padding.explicit(1))));
        networks.put("conv 3x3 uneven", around(conv(3, 3, 1, 2, 1, 1, uneven)));
        networks.put("max 2x2", around(new Layer.MaxPool("pool", 2, 2, 2, 2, Padding.valid())));
        networks.put("max 3x3 stride 2 same", around(new Layer.MaxPool("pool", 3, 3, 2, 2, Padding.same())));
        networks.put("max 2x3 stride 1 same", around(new Layer.MaxPool("pool", 2, 3, 1, 1, Padding.same())));
        networks.put("max 3x3 explicit", around(new Layer.MaxPool("pool", 3, 3, 2, 2, Padding.explicit(1))));
        networks.put("max 3x3 uneven", around(new Layer.MaxPool("pool", 3, 3, 2, 2, uneven)));
        networks.put("average 2x2", around(new Layer.AveragePool("pool", 2, 2, 2, 2, Padding.valid())));
        networks.put("average 3x3 same", around(new Layer.AveragePool("pool", 3, 3, 2, 2, Padding.same())));
        networks.put("average 3x2 same", around(new Layer.AveragePool("pool", 3, 2, 1, 1, Padding.same())));
        networks.put("average 3x3 explicit", around(new Layer.AveragePool("pool", 3, 3, 2, 2, Padding.explicit(1))));
        networks.put("average 3x3 uneven", around(new Layer.AveragePool("pool", 3, 3, 2, 2, uneven)));
    }

    private static void rest(Map<String, Network> networks) {
        for (ActivationFunction function : ActivationFunction.values()) {
            networks.put(function.name(), around(new Layer.Activation("act", function, .3f)));
        }
        networks.put(
                "relu6 of large values",
                around(new Layer.InputScale("scale", 5, 2), new Layer.Activation("act", ActivationFunction.RELU6, 0)));
        networks.put("leaky relu, slope 0", around(new Layer.Activation("act", ActivationFunction.LEAKY_RELU, 0)));
        networks.put("batch norm", around(new Layer.BatchNorm("norm", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD)));
        networks.put("response norm 5", around(new Layer.LocalResponseNorm("lrn", 5, .5f, .75f, 1)));
        networks.put("response norm 2", around(new Layer.LocalResponseNorm("lrn", 2, .8f, .5f, 2)));
        networks.put("dropout", around(new Layer.Dropout("drop", .4f)));
        networks.put("noise", around(new Layer.GaussianNoise("noise", .5f)));
        networks.put("scale inside", around(new Layer.InputScale("scale", -1.5f, .25f)));
        networks.put("flatten", around(new Layer.Flatten("flat")));
        networks.put("reshape", around(new Layer.Reshape("shape", new Shape(7, 2, 12)), conv("after", 2)));
        networks.put(
                "dense then image",
                around(dense("d", 24), new Layer.Reshape("shape", new Shape(4, 2, 3)), conv("after", 2)));
        // Two vectors alone become 1 and -1, whatever they were, and their gradients cancel: but for a large epsilon.
        networks.put(
                "dense then norm",
                around(
                        new Layer.Dense("d", 6, false, Initializer.GLOROT_UNIFORM, Initializer.ZEROS),
                        new Layer.BatchNorm("norm", .9f, .5f, Layer.BatchNorm.Rule.STANDARD)));
        networks.put(
                "residual",
                around(new Layer.Residual(
                        "sum",
                        List.of(conv("inner", 4), new Layer.Activation("relu", ActivationFunction.RELU, 0)),
                        List.of())));
        networks.put(
                "residual with projection",
                around(new Layer.Residual("sum", List.of(conv("inner", 5)), List.of(conv("shortcut", 5)))));
        networks.put(
                "lstm",
                new Network(
                        "test",
                        new Shape(2, 3, 3),
                        4,
                        List.of(
                                conv("conv", 3),
                                new Layer.Lstm("lstm", 5, new Initializer.Uniform(-.7f, .7f)),
                                dense("end", 2))));
    }

    /** 2x7x6 images, a convolution in front so that gradients pass through the layer, and a dense end. */
    private static Network around(Block... middle) {
        List<Block> layers = new ArrayList<>();
        layers.add(conv("first", 4));
        layers.addAll(List.of(middle));
        layers.add(dense("end", 3));
        return new Network("test", new Shape(2, 7, 6), layers);
    }

    private static Layer conv(
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int dilationHeight,
            int dilationWidth,
            Padding padding) {
        return Layer.Conv2d.builder("conv")
                .filters(5)
                .kernel(kernelHeight, kernelWidth)
                .stride(strideHeight, strideWidth)
                .dilation(dilationHeight, dilationWidth)
                .padding(padding)
                .biases(new Initializer.Normal(0, .2f))
                .build();
    }

    private static Layer conv(String name, int filters) {
        return Layer.Conv2d.builder(name)
                .filters(filters)
                .kernel(3, 3)
                .bias(false)
                .build();
    }

    private static Layer dense(String name, int units) {
        return new Layer.Dense(name, units, true, Initializer.GLOROT_UNIFORM, new Initializer.Normal(0, .2f));
    }
}
