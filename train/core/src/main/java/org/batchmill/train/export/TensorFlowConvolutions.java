package org.batchmill.train.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.train.export.GraphWriter.Value;
import org.batchmill.train.export.TensorFlowGraph.Attributes;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** Products of convolutions, without their biases, as TensorFlow nodes. */
final class TensorFlowConvolutions {

    private final TensorFlowGraph graph;
    private final Map<String, float[]> parameters;

    TensorFlowConvolutions(TensorFlowGraph graph, Map<String, float[]> parameters) {
        this.graph = graph;
        this.parameters = parameters;
    }

    /**
     * Adds the nodes.
     *
     * @param in      what explicit padding was put around already
     * @param padding TensorFlow's word for the rest
     * @param name    of the node with the product
     */
    String product(Layer.Conv2d conv, Value in, String padding, String name) {
        float[] weights = parameters.get(conv.name() + "/weights");
        int channels = in.shape().channels();
        if (conv.groups() == 1) {
            String kernels = constant(conv.name() + "/weights", conv, channels, conv.filters(), weights);
            return graph.node("Conv2D", name, List.of(in.name(), kernels), window(conv, padding));
        }
        return conv.groups() == channels && conv.strideHeight() == conv.strideWidth()
                ? depthwise(conv, in, padding, name, weights)
                : grouped(conv, in, padding, name, weights);
    }

    private static Attributes window(Layer.Conv2d conv, String padding) {
        return Attributes.floats()
                .axes("strides", conv.strideHeight(), conv.strideWidth())
                .axes("dilations", conv.dilationHeight(), conv.dilationWidth())
                .text("padding", padding);
    }

    private String constant(String name, Layer.Conv2d conv, int channels, int filters, float[] weights) {
        int window = conv.kernelHeight() * conv.kernelWidth();
        return graph.constant(
                name,
                List.of(conv.kernelHeight(), conv.kernelWidth(), channels, filters),
                kernelsFirst(weights, filters, channels, window));
    }

    /** From [first][second][window] to [window][second][first]. */
    private static float[] kernelsFirst(float[] weights, int first, int second, int window) {
        float[] ordered = new float[weights.length];
        for (int i = 0; i < first; i++) {
            for (int k = 0; k < second; k++) {
                for (int w = 0; w < window; w++) {
                    ordered[(w * second + k) * first + i] = weights[(i * second + k) * window + w];
                }
            }
        }
        return ordered;
    }

    /** With the gaps of a dilation as zeros, for the operation on a CPU has none. */
    private String depthwise(Layer.Conv2d conv, Value in, String padding, String name, float[] weights) {
        int height = (conv.kernelHeight() - 1) * conv.dilationHeight() + 1;
        int width = (conv.kernelWidth() - 1) * conv.dilationWidth() + 1;
        float[] spread = new float[conv.filters() * height * width];
        for (int filter = 0; filter < conv.filters(); filter++) {
            for (int y = 0; y < conv.kernelHeight(); y++) {
                for (int x = 0; x < conv.kernelWidth(); x++) {
                    spread[(filter * height + y * conv.dilationHeight()) * width + x * conv.dilationWidth()] =
                            weights[(filter * conv.kernelHeight() + y) * conv.kernelWidth() + x];
                }
            }
        }
        int channels = in.shape().channels();
        // [window][out], whose outputs are [channel][filter of that channel].
        String kernels = graph.constant(
                conv.name() + "/weights",
                List.of(height, width, channels, conv.filters() / channels),
                kernelsFirst(spread, conv.filters(), 1, height * width));
        return graph.node(
                "DepthwiseConv2dNative",
                name,
                List.of(in.name(), kernels),
                Attributes.floats()
                        .axes("strides", conv.strideHeight(), conv.strideWidth())
                        .text("padding", padding));
    }

    /** As a convolution for each group, since no version of TensorFlow for CPUs can be relied upon to know groups. */
    private String grouped(Layer.Conv2d conv, Value in, String padding, String name, float[] weights) {
        int groups = conv.groups();
        int channels = in.shape().channels() / groups;
        int filters = conv.filters() / groups;
        int each = weights.length / groups;
        String axis = graph.integers(conv.name() + "/group-axis", List.of(), 3);
        String parts = graph.node(
                "Split",
                conv.name() + "/groups",
                List.of(axis, in.name()),
                Attributes.floats().integer("num_split", groups));
        List<String> products = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            String part = conv.name() + "/group" + group;
            float[] own = new float[each];
            System.arraycopy(weights, group * each, own, 0, each);
            String kernels = constant(part + "/weights", conv, channels, filters, own);
            products.add(graph.node("Conv2D", part, List.of(parts + ":" + group, kernels), window(conv, padding)));
        }
        products.add(axis);
        return graph.node("ConcatV2", name, products, Attributes.floats().integer("N", groups));
    }

    /**
     * Adds the nodes of a transposed one.
     *
     * @param out  the shape of its output
     * @param name of the node with the product
     */
    String product(Layer.TransposedConv2d conv, Value in, Shape out, String name) {
        Padding padding = conv.padding();
        boolean same = padding instanceof Padding.Same;
        int top = same ? 0 : padding.before(true, 0, 0, 0, 0);
        int left = same ? 0 : padding.before(false, 0, 0, 0, 0);
        int bottom = same ? 0 : padding.after(true, 0, 0, 0, 0);
        int right = same ? 0 : padding.after(false, 0, 0, 0, 0);
        boolean cut = top + left + bottom + right > 0;
        String whole = cut ? conv.name() + "/uncut" : name;
        int channels = in.shape().channels();
        String kernels = graph.constant(
                conv.name() + "/weights",
                List.of(conv.kernelHeight(), conv.kernelWidth(), conv.filters(), channels),
                kernelsFirst(
                        parameters.get(conv.name() + "/weights"),
                        channels,
                        conv.filters(),
                        conv.kernelHeight() * conv.kernelWidth()));
        String sizes = sizes(conv.name(), in, out.height() + top + bottom, out.width() + left + right, conv.filters());
        graph.node(
                "Conv2DBackpropInput",
                whole,
                List.of(sizes, kernels, in.name()),
                Attributes.floats()
                        .axes("strides", conv.strideHeight(), conv.strideWidth())
                        .text("padding", same ? "SAME" : "VALID"));
        if (!cut) {
            return whole;
        }
        String begin = graph.integers(conv.name() + "/begin", List.of(4), 0, top, left, 0);
        String size = graph.integers(conv.name() + "/size", List.of(4), -1, out.height(), out.width(), -1);
        return graph.node(
                "Slice", name, List.of(whole, begin, size), Attributes.floats().type("Index", TensorFlowGraph.INT32));
    }

    /** The axes of an output, of which the number of samples is known only when it runs. */
    private String sizes(String layer, Value in, int height, int width, int channels) {
        String shape = graph.node(
                "Shape",
                layer + "/in-shape",
                List.of(in.name()),
                Attributes.floats().type("out_type", TensorFlowGraph.INT32));
        String samples = graph.node(
                "Slice",
                layer + "/samples",
                List.of(
                        shape,
                        graph.integers(layer + "/first", List.of(1), 0),
                        graph.integers(layer + "/one", List.of(1), 1)),
                Attributes.none().type("T", TensorFlowGraph.INT32).type("Index", TensorFlowGraph.INT32));
        String rest = graph.integers(layer + "/out-shape", List.of(3), height, width, channels);
        String axis = graph.integers(layer + "/shape-axis", List.of(), 0);
        return graph.node(
                "ConcatV2",
                layer + "/sizes",
                List.of(samples, rest, axis),
                Attributes.none().type("T", TensorFlowGraph.INT32).integer("N", 2));
    }
}
