package org.batchmill.train.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.NetworkBuilder;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Window;

/** Small networks that branch, and the layers of which such networks are built: what engines and exports are tried on. */
public final class GraphNetworks {

    private static final int TIME = 4;

    private GraphNetworks() {}

    /** By what they show. */
    public static Map<String, Network> all() {
        Map<String, Network> networks = new LinkedHashMap<>();
        windows(networks);
        channels(networks);
        joins(networks);
        blocks(networks);
        sequences(networks);
        return networks;
    }

    private static void windows(Map<String, Network> networks) {
        Layer.Conv2d conv = Layer.Conv2d.square("conv", 8, 3, 1, Padding.same(), true);
        networks.put("conv 2 groups", around(4, conv.grouped(2)));
        networks.put("conv 2 groups stride 2", around(4, square("conv", 6, 3, 2).grouped(2)));
        networks.put("conv 2 groups dilation 2", around(4, conv.grouped(2).dilated(2)));
        networks.put("conv 2 groups of 16", around(32, square("conv", 32, 3, 1).grouped(2)));
        networks.put("depthwise", around(4, Layer.Conv2d.depthwise("conv", 4, 3, 1, Padding.same(), true)));
        networks.put("depthwise stride 2", around(4, Layer.Conv2d.depthwise("conv", 4, 3, 2, Padding.same(), false)));
        networks.put(
                "depthwise 5x5 dilation 2",
                around(4, square("conv", 4, 5, 1).grouped(4).dilated(2)));
        networks.put("depthwise, 2 filters a channel", around(4, conv.grouped(4)));
        networks.put("depthwise 32", around(32, square("conv", 32, 3, 1).grouped(32)));
        networks.put("transposed 2x2 stride 2", around(4, transposed(2, 2, 2, 2, Padding.valid(), true)));
        networks.put("transposed 3x3 stride 2 same", around(4, transposed(3, 3, 2, 2, Padding.same(), true)));
        networks.put("transposed 4x4 stride 2 explicit", around(4, transposed(4, 4, 2, 2, Padding.explicit(1), false)));
        networks.put("transposed 3x2 stride 1x2", around(4, transposed(3, 2, 1, 2, Padding.valid(), true)));
        networks.put(
                "transposed 16 to 32",
                around(16, Layer.TransposedConv2d.square("up", 32, 2, 2, Padding.valid(), true)));
        networks.put("local 3x3", around(4, local(3, 3, 1, 1, Padding.explicit(1), true)));
        networks.put("local 3x2 stride 2x1 same", around(4, local(3, 2, 2, 1, Padding.same(), true)));
        networks.put(
                "local 2x3 stride 1x2 uneven", around(4, local(2, 3, 1, 2, new Padding.Explicit(0, 1, 2, 0), false)));
        networks.put(
                "local then relu",
                around(4, local(1, 1, 2, 2, Padding.valid(), true), relu("relu"), square("after", 4, 3, 1)));
        for (Layer.Upsample.Mode mode : Layer.Upsample.Mode.values()) {
            networks.put("upsample 2x2 " + mode, around(4, new Layer.Upsample("up", 2, 2, mode)));
            networks.put("upsample 3x1 " + mode, around(4, new Layer.Upsample("up", 3, 1, mode)));
        }
    }

    private static void channels(Map<String, Network> networks) {
        networks.put("global average", around(4, new Layer.GlobalAveragePool("mean")));
        networks.put("global average then relu", around(4, new Layer.GlobalAveragePool("mean"), relu("relu")));
        networks.put("channel scale", around(4, new Layer.ChannelScale("norm", 1, false)));
        networks.put("channel scale and shift", around(4, new Layer.ChannelScale("norm", .5f, true)));
        networks.put("channel scale of vectors", around(4, dense("d", 6), new Layer.ChannelScale("norm", 1, true)));
    }

    private static void joins(Map<String, Network> networks) {
        networks.put(
                "add three",
                ended(fork().add(square("a", 5, 3, 1), "first")
                        .add(square("b", 5, 1, 1), "first")
                        .add(square("c", 5, 5, 1), "first")
                        .add(new Layer.Add("sum"), "a", "b", "c")));
        networks.put("add itself", ended(fork().add(new Layer.Add("sum"), "first", "first")));
        networks.put(
                "concat",
                ended(fork().add(square("a", 3, 3, 1), "first")
                        .add(square("b", 5, 1, 1), "first")
                        .add(new Layer.Concat("both"), "a", "b", "first")));
        networks.put(
                "concat vectors",
                ended(fork().add(dense("a", 3), "first")
                        .add(dense("b", 5), "first")
                        .add(new Layer.Concat("both"), "a", "b")));
        networks.put(
                "add dense to flat image",
                ended(fork().add(new Layer.Flatten("flat"), "first")
                        .add(dense("d", 4 * 7 * 6), "first")
                        .add(new Layer.Add("sum"), "flat", "d")));
        networks.put(
                "input read twice",
                ended(Network.builder("test", new Shape(2, 7, 6))
                        .add(new Layer.InputScale("scale", .5f, -.25f))
                        .add(square("a", 4, 3, 1))
                        .add(square("b", 4, 1, 1), Network.INPUT)
                        .add(new Layer.Add("sum"), "a", "b")));
        networks.put(
                "relu beside what it reads",
                ended(fork().add(new Layer.BatchNorm("norm", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD))
                        .add(relu("relu"))
                        .add(square("a", 4, 3, 1))
                        .add(new Layer.Add("sum"), "norm", "a")
                        .add(relu("relu2"))
                        .add(new Layer.Add("sum2"), "sum", "relu2", "relu")));
        networks.put(
                "pool beside relu",
                ended(fork().add(relu("relu"))
                        .add(new Layer.MaxPool("pool", 3, 3, 1, 1, Padding.same()))
                        .add(new Layer.Add("sum"), "pool", "relu")));
        networks.put(
                "flat beside image",
                ended(fork().add(relu("relu"))
                        .add(new Layer.Flatten("flat"))
                        .add(dense("d", 4), "flat")
                        .add(new Layer.GlobalAveragePool("mean"), "relu")
                        .add(new Layer.Add("sum"), "d", "mean")));
        networks.put(
                "scopes",
                ended(fork().add(square("block/a", 4, 3, 1))
                        .add(relu("block/relu"))
                        .add(new Layer.Add("block/sum"), "first", "block/relu")));
    }

    private static void blocks(Map<String, Network> networks) {
        networks.put(
                "googlenet block",
                ended(fork().add(square("one", 4, 1, 1), "first")
                        .add(relu("one-relu"))
                        .add(square("three-reduce", 3, 1, 1), "first")
                        .add(relu("three-reduce-relu"))
                        .add(square("three", 5, 3, 1))
                        .add(relu("three-relu"))
                        .add(new Layer.MaxPool("pool", 3, 3, 1, 1, Padding.same()), "first")
                        .add(square("pooled", 2, 1, 1))
                        .add(relu("pooled-relu"))
                        .add(new Layer.Concat("block"), "one-relu", "three-relu", "pooled-relu")));
        networks.put(
                "resnet shortcut stride 2",
                ended(fork().add(Layer.Conv2d.square("a", 8, 3, 2, Padding.explicit(1), false))
                        .add(new Layer.BatchNorm("norm", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD))
                        .add(relu("a-relu"))
                        .add(square("b", 8, 3, 1))
                        .add(Layer.Conv2d.square("shortcut", 8, 1, 2, Padding.valid(), false), "first")
                        .add(new Layer.Add("sum"), "b", "shortcut")
                        .add(relu("relu"))));
        networks.put(
                "two residual blocks",
                ended(fork().add(square("a", 4, 3, 1))
                        .add(new Layer.Add("sum1"), "a", "first")
                        .add(relu("relu1"))
                        .add(square("b", 4, 3, 1))
                        .add(new Layer.Add("sum2"), "b", "relu1")
                        .add(relu("relu2"))));
        networks.put(
                "squeezenet fire",
                ended(fork().add(square("squeeze", 3, 1, 1))
                        .add(relu("squeeze-relu"))
                        .add(square("left", 6, 1, 1))
                        .add(relu("left-relu"))
                        .add(square("right", 6, 3, 1), "squeeze-relu")
                        .add(relu("right-relu"))
                        .add(new Layer.Concat("fire"), "left-relu", "right-relu")));
        networks.put(
                "inverted residual",
                ended(fork().add(square("expand", 24, 1, 1))
                        .add(relu("expand-relu"))
                        .add(Layer.Conv2d.depthwise("deep", 24, 3, 1, Padding.same(), false))
                        .add(new Layer.BatchNorm("norm", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD))
                        .add(relu("deep-relu"))
                        .add(square("project", 4, 1, 1))
                        .add(new Layer.Add("sum"), "first", "project")));
        networks.put(
                "u",
                ended(Network.builder("test", new Shape(2, 8, 6))
                        .add(square("first", 4, 3, 1))
                        .add(relu("down-relu"))
                        .add(new Layer.MaxPool("down", 2, 2, 2, 2, Padding.valid()))
                        .add(square("bottom", 8, 3, 1))
                        .add(relu("bottom-relu"))
                        .add(Layer.TransposedConv2d.square("up", 4, 2, 2, Padding.valid(), true))
                        .add(new Layer.Concat("skip"), "down-relu", "up")
                        .add(square("after", 3, 3, 1))));
        networks.put(
                "dense block",
                ended(fork().add(square("a", 3, 3, 1))
                        .add(new Layer.Concat("c1"), "first", "a")
                        .add(square("b", 3, 3, 1))
                        .add(new Layer.Concat("c2"), "first", "a", "b")
                        .add(square("c", 3, 3, 1))));
    }

    private static void sequences(Map<String, Network> networks) {
        for (boolean gru : new boolean[] {false, true}) {
            String kind = gru ? "gru" : "lstm";
            networks.put(
                    kind + " last",
                    sequence()
                            .add(cell(gru, "r", 5, false))
                            .add(dense("end", 2))
                            .build());
            networks.put(
                    kind + " of 17",
                    sequence()
                            .add(cell(gru, "r", 17, false))
                            .add(dense("end", 2))
                            .build());
            networks.put(
                    kind + " sequences", sequence().add(cell(gru, "r", 5, true)).build());
            networks.put(
                    kind + " sequences then dense",
                    sequence().add(cell(gru, "r", 5, true)).add(dense("end", 2)).build());
            networks.put(
                    kind + " stacked",
                    sequence()
                            .add(cell(gru, "r1", 5, true))
                            .add(cell(gru, "r2", 4, false))
                            .add(dense("end", 2))
                            .build());
            networks.put(
                    kind + " with lengths",
                    lengths()
                            .add(cell(gru, "r", 5, false), "features", "lengths")
                            .add(dense("end", 2))
                            .build());
            networks.put(
                    kind + " stacked with lengths",
                    lengths()
                            .add(cell(gru, "r1", 5, true), "features", "lengths")
                            .add(cell(gru, "r2", 4, true), "r1", "lengths")
                            .add(new Layer.Add("sum"), "r2", "features")
                            .build());
        }
    }

    private static Layer cell(boolean gru, String name, int units, boolean sequences) {
        Initializer weights = new Initializer.Uniform(-.7f, .7f);
        return gru ? new Layer.Gru(name, units, weights, sequences) : new Layer.Lstm(name, units, weights, sequences);
    }

    private static NetworkBuilder sequence() {
        return Network.builder("test", new Shape(2, 3, 3)).timeSteps(TIME).add(square("conv", 3, 3, 1));
    }

    private static NetworkBuilder lengths() {
        return Network.builder("test", Shape.vector(3))
                .timeSteps(TIME)
                .add(new Layer.Lengths("lengths", 0))
                .add(dense("features", 4), Network.INPUT);
    }

    private static NetworkBuilder fork() {
        // Without biases, whose gradient is 0 where a batch norm follows.
        return Network.builder("test", new Shape(2, 7, 6))
                .add(Layer.Conv2d.square("first", 4, 3, 1, Padding.same(), false));
    }

    private static Network ended(NetworkBuilder network) {
        return network.add(dense("end", 3)).build();
    }

    private static Network around(int channels, Layer... middle) {
        NetworkBuilder network = Network.builder("test", new Shape(2, 7, 6)).add(square("first", channels, 3, 1));
        for (Layer layer : middle) {
            network.add(layer);
        }
        return ended(network);
    }

    private static Layer.Conv2d square(String name, int filters, int kernel, int stride) {
        return Layer.Conv2d.builder(name)
                .filters(filters)
                .kernel(kernel, kernel)
                .stride(stride, stride)
                .biases(new Initializer.Normal(0, .2f))
                .build();
    }

    private static Layer transposed(
            int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, Padding padding, boolean bias) {
        return Layer.Conv2d.builder("up")
                .filters(5)
                .kernel(kernelHeight, kernelWidth)
                .stride(strideHeight, strideWidth)
                .padding(padding)
                .bias(bias)
                .biases(new Initializer.Normal(0, .2f))
                .transposed();
    }

    private static Layer local(
            int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, Padding padding, boolean bias) {
        return new Layer.LocallyConnected2d(
                "local",
                5,
                new Window(kernelHeight, kernelWidth, strideHeight, strideWidth, padding),
                bias,
                Initializer.HE_NORMAL,
                new Initializer.Normal(0, .2f));
    }

    private static Layer relu(String name) {
        return new Layer.Activation(name, ActivationFunction.RELU, 0);
    }

    private static Layer dense(String name, int units) {
        return new Layer.Dense(name, units, true, Initializer.GLOROT_UNIFORM, new Initializer.Normal(0, .2f));
    }
}
