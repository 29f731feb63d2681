package org.batchmill.train.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.train.export.TensorFlowGraph.Attributes;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Windowed;
import org.batchmill.train.protobuf.Message;

/** Says a network in TensorFlow's operations, layer by layer, with images as height, width, channels. Used once. */
final class TensorFlowWriter extends GraphWriter {

    private final TensorFlowGraph graph = new TensorFlowGraph();
    private final TensorFlowConvolutions convolutions;

    TensorFlowWriter(Network network, Map<String, float[]> parameters) {
        super(network, parameters);
        convolutions = new TensorFlowConvolutions(graph, parameters);
    }

    Message graph() {
        Shape shape = network.input();
        boolean flat = shape.isVector();
        List<Integer> dimensions = new ArrayList<>(
                flat ? List.of(shape.channels()) : List.of(shape.height(), shape.width(), shape.channels()));
        if (network.timeSteps() > 1) {
            dimensions.add(0, network.timeSteps());
        }
        graph.input(INPUT, dimensions);
        Value value = new Value(INPUT, shape, flat);
        if (network.timeSteps() > 1) {
            // Rows are frames until a layer joins them.
            value = new Value(reshape("frames", INPUT, axes(shape, flat)), shape, flat);
        }
        graph.node("Identity", OUTPUT, List.of(predictions(value).name()), Attributes.floats());
        return graph.graph();
    }

    private static int[] axes(Shape shape, boolean flat) {
        return flat
                ? new int[] {-1, shape.channels()}
                : new int[] {-1, shape.height(), shape.width(), shape.channels()};
    }

    @Override
    Value inputScale(Layer.InputScale scale, Value in) {
        return scaledAndShifted(scale, in, List.of(), new float[] {scale.multiply()}, new float[] {scale.add()});
    }

    /** A node that is called as its layer is, with the axes of {@code in}. */
    private Value simple(String operation, Layer layer, Value in, List<String> inputs, Attributes attributes) {
        graph.node(operation, layer.name(), inputs, attributes);
        return valueOf(layer, in.flat());
    }

    private Value scaledAndShifted(Layer layer, Value in, List<Integer> dimensions, float[] factors, float[] terms) {
        String factor = graph.constant(layer.name() + "/multiply", dimensions, factors);
        String term = graph.constant(layer.name() + "/add", dimensions, terms);
        String scaled = graph.node("Mul", layer.name() + "/scaled", List.of(in.name(), factor), Attributes.floats());
        return simple("AddV2", layer, in, List.of(scaled, term), Attributes.floats());
    }

    @Override
    Value convolution(Layer.Conv2d conv, Value in) {
        Value padded = padded(conv, in, conv.padding(), 0);
        String name = conv.bias() ? conv.name() + "/conv" : conv.name();
        String product = convolutions.product(conv, padded, word(conv.padding()), name);
        return conv.bias() ? biased(conv, padded, product, conv.filters()) : valueOf(conv, false);
    }

    @Override
    Value transposedConvolution(Layer.TransposedConv2d conv, Value in) {
        Value planes = planes(in, conv.name());
        String name = conv.bias() ? conv.name() + "/conv" : conv.name();
        String product = convolutions.product(conv, planes, valueOf(conv, false).shape(), name);
        return conv.bias() ? biased(conv, planes, product, conv.filters()) : valueOf(conv, false);
    }

    @Override
    Value upsample(Layer.Upsample layer, Value in) {
        Value planes = planes(in, layer.name());
        Shape out = valueOf(layer, false).shape();
        String size = graph.integers(layer.name() + "/size", List.of(2), out.height(), out.width());
        String operation =
                switch (layer.mode()) {
                    case NEAREST -> "ResizeNearestNeighbor";
                    case BILINEAR -> "ResizeBilinear";
                };
        return simple(
                operation,
                layer,
                planes,
                List.of(planes.name(), size),
                Attributes.floats().bool("half_pixel_centers", true));
    }

    @Override
    Value globalAverage(Layer.GlobalAveragePool pool, Value in) {
        Value planes = planes(in, pool.name());
        String axes = graph.integers(pool.name() + "/axes", List.of(2), 1, 2);
        graph.node("Mean", pool.name(), List.of(planes.name(), axes), Attributes.floats());
        return valueOf(pool, true);
    }

    private Value biased(Layer layer, Value in, String product, int units) {
        String name = layer.name() + "/biases";
        String biases = graph.constant(name, List.of(units), parameters.get(name));
        return simple("BiasAdd", layer, in, List.of(product, biases), Attributes.floats());
    }

    private static String word(Padding padding) {
        return padding.accept(new Padding.Visitor<>() {
            @Override
            public String same(Padding.Same same) {
                return "SAME";
            }

            @Override
            public String valid(Padding.Valid valid) {
                return "VALID";
            }

            @Override
            public String explicit(Padding.Explicit explicit) {
                return "VALID"; // of what was padded before
            }
        });
    }

    /** Explicit padding is a node of its own: TensorFlow's windows know only SAME and VALID everywhere. */
    private Value padded(Layer layer, Value in, Padding padding, float value) {
        Value planes = planes(in, layer.name());
        return padding.accept(new Padding.Visitor<>() {
            @Override
            public Value same(Padding.Same same) {
                return planes;
            }

            @Override
            public Value valid(Padding.Valid valid) {
                return planes;
            }

            @Override
            public Value explicit(Padding.Explicit explicit) {
                return padded(layer, planes, explicit, value);
            }
        });
    }

    private Value padded(Layer layer, Value planes, Padding.Explicit pad, float value) {
        String widths = graph.integers(
                layer.name() + "/paddings",
                List.of(4, 2),
                0,
                0,
                pad.top(),
                pad.bottom(),
                pad.left(),
                pad.right(),
                0,
                0);
        String filling = graph.constant(layer.name() + "/filling", List.of(), value);
        String name = graph.node(
                "PadV2", layer.name() + "/padded", List.of(planes.name(), widths, filling), Attributes.floats());
        return new Value(name, planes.shape(), false);
    }

    @Override
    Value maxPool(Layer.MaxPool pool, Value in) {
        return pool("MaxPool", pool, pool.name(), padded(pool, in, pool.padding(), -Float.MAX_VALUE), pool);
    }

    @Override
    Value averagePool(Layer.AveragePool pool, Value in) {
        Value padded = padded(pool, in, pool.padding(), 0);
        if (!(pool.padding() instanceof Padding.Explicit)) {
            return pool("AvgPool", pool, pool.name(), padded, pool);
        }
        // Explicit padding counts there; here it does not.
        Value mean = pool("AvgPool", pool, pool.name() + "/padded-mean", padded, pool);
        float[] factors = new float[mean.shape().height() * mean.shape().width()];
        for (int y = 0; y < mean.shape().height(); y++) {
            for (int x = 0; x < mean.shape().width(); x++) {
                int inside = inside(pool, in.shape(), true, y) * inside(pool, in.shape(), false, x);
                factors[y * mean.shape().width() + x] =
                        inside == 0 ? 0 : (float) (pool.kernelHeight() * pool.kernelWidth()) / inside;
            }
        }
        String factor = graph.constant(
                pool.name() + "/factors",
                List.of(mean.shape().height(), mean.shape().width(), 1),
                factors);
        return simple("Mul", pool, mean, List.of(mean.name(), factor), Attributes.floats());
    }

    /** How many pixels of an axis a window covers. */
    private static int inside(Layer.AveragePool pool, Shape in, boolean vertical, int window) {
        int stride = vertical ? pool.strideHeight() : pool.strideWidth();
        int kernel = vertical ? pool.kernelHeight() : pool.kernelWidth();
        int start = window * stride - pool.before(vertical, in);
        int end = Math.min(start + kernel, vertical ? in.height() : in.width());
        return Math.max(0, end - Math.max(0, start));
    }

    private Value pool(String operation, Layer layer, String name, Value in, Windowed window) {
        graph.node(
                operation,
                name,
                List.of(in.name()),
                Attributes.floats()
                        .axes("ksize", window.kernelHeight(), window.kernelWidth())
                        .axes("strides", window.strideHeight(), window.strideWidth())
                        .text("padding", word(window.padding())));
        return new Value(name, valueOf(layer, false).shape(), false);
    }

    @Override
    Value dense(Layer.Dense dense, Value in) {
        Value flat = flattened(in, dense.name() + "/flat");
        String name = dense.name() + "/weights";
        String weights = graph.constant(name, List.of(dense.units(), in.shape().size()), parameters.get(name));
        Attributes transposed = Attributes.floats().bool("transpose_b", true);
        if (!dense.bias()) {
            return simple("MatMul", dense, flat, List.of(flat.name(), weights), transposed);
        }
        String product = graph.node("MatMul", dense.name() + "/product", List.of(flat.name(), weights), transposed);
        return biased(dense, flat, product, dense.units());
    }

    /** As one factor and one term a channel. */
    @Override
    Value batchNorm(Layer.BatchNorm norm, Value in) {
        float[] gamma = parameters.get(norm.name() + "/gamma");
        float[] beta = parameters.get(norm.name() + "/beta");
        float[] mean = parameters.get(norm.name() + "/mean");
        float[] variance = parameters.get(norm.name() + "/variance");
        float[] factors = new float[gamma.length];
        float[] terms = new float[gamma.length];
        for (int i = 0; i < factors.length; i++) {
            double deviation = norm.rule() == Layer.BatchNorm.Rule.DARKNET
                    ? Math.sqrt(variance[i]) + 1e-6
                    : Math.sqrt(variance[i] + (double) norm.epsilon());
            factors[i] = (float) (gamma[i] / deviation);
            terms[i] = (float) (beta[i] - mean[i] * (gamma[i] / deviation));
        }
        return scaledAndShifted(norm, in, List.of(factors.length), factors, terms);
    }

    @Override
    Value responseNorm(Layer.LocalResponseNorm norm, Value in) {
        if (norm.size() % 2 == 0) {
            throw new UsageException(
                    norm.name() + ": TensorFlow has no local response norm over an even number of channels");
        }
        Value planes = planes(in, norm.name());
        return simple(
                "LRN",
                norm,
                planes,
                List.of(planes.name()),
                Attributes.floats()
                        .integer("depth_radius", norm.size() / 2)
                        .number("bias", norm.bias())
                        .number("alpha", norm.alpha() / norm.size())
                        .number("beta", norm.beta()));
    }

    @Override
    Value activation(Layer.Activation activation, Value in) {
        List<String> input = List.of(in.name());
        return switch (activation.function()) {
            case LINEAR -> in;
            case RELU -> simple("Relu", activation, in, input, Attributes.floats());
            case RELU6 -> simple("Relu6", activation, in, input, Attributes.floats());
            case LEAKY_RELU ->
                simple("LeakyRelu", activation, in, input, Attributes.floats().number("alpha", activation.alpha()));
            case ELU -> elu(activation, in, input);
            case SIGMOID -> simple("Sigmoid", activation, in, input, Attributes.floats());
            case TANH -> simple("Tanh", activation, in, input, Attributes.floats());
            case SOFTMAX -> {
                // Over all numbers of a row, whose order then does not matter.
                if (in.flat()) {
                    yield simple("Softmax", activation, in, input, Attributes.floats());
                }
                String flat = reshape(
                        activation.name() + "/flat", in.name(), -1, in.shape().size());
                String softmax =
                        graph.node("Softmax", activation.name() + "/softmax", List.of(flat), Attributes.floats());
                yield new Value(reshape(activation.name(), softmax, axes(in.shape(), false)), in.shape(), false);
            }
        };
    }

    /** Theirs has an alpha of 1: what lies below 0 is scaled beside what lies above. */
    private Value elu(Layer.Activation activation, Value in, List<String> input) {
        if (activation.alpha() == 1) {
            return simple("Elu", activation, in, input, Attributes.floats());
        }
        String name = activation.name();
        String elu = graph.node("Elu", name + "/elu", input, Attributes.floats());
        String above = graph.node("Relu", name + "/above", input, Attributes.floats());
        String below = graph.node("Sub", name + "/below", List.of(elu, above), Attributes.floats());
        String alpha = graph.constant(name + "/alpha", List.of(), activation.alpha());
        String scaled = graph.node("Mul", name + "/scaled", List.of(below, alpha), Attributes.floats());
        return simple("AddV2", activation, in, List.of(above, scaled), Attributes.floats());
    }

    @Override
    Value sum(Layer.Add layer, List<Value> values) {
        List<String> names = values.stream().map(Value::name).toList();
        return values.size() == 2
                ? simple("AddV2", layer, values.get(0), names, Attributes.floats())
                : simple(
                        "AddN", layer, values.get(0), names, Attributes.floats().integer("N", values.size()));
    }

    @Override
    Value joined(Layer.Concat layer, List<Value> values) {
        List<String> names = new ArrayList<>(values.stream().map(Value::name).toList());
        names.add(
                graph.integers(layer.name() + "/axis", List.of(), values.get(0).flat() ? 1 : 3));
        return simple(
                "ConcatV2", layer, values.get(0), names, Attributes.floats().integer("N", values.size()));
    }

    @Override
    Value channelScale(Layer.ChannelScale scale, Value in) {
        String gammaName = scale.name() + "/gamma";
        float[] gamma = parameters.get(gammaName);
        if (scale.shift()) {
            return scaledAndShifted(scale, in, List.of(gamma.length), gamma, parameters.get(scale.name() + "/beta"));
        }
        String factors = graph.constant(gammaName, List.of(gamma.length), gamma);
        return simple("Mul", scale, in, List.of(in.name(), factors), Attributes.floats());
    }

    @Override
    Value lengths(Layer.Lengths lengths, Value in) {
        UnrolledSteps.lengths(graph, lengths, in, network.timeSteps());
        return new Value(lengths.name(), Shape.vector(1), true);
    }

    @Override
    Value lstm(Layer.Lstm lstm, Sequence in) {
        new UnrolledLstm(graph, lstm, parameters).write(in, network.timeSteps(), lstm.sequences());
        return valueOf(lstm, true);
    }

    @Override
    Value gru(Layer.Gru gru, Sequence in) {
        new UnrolledGru(graph, gru, parameters).write(in, network.timeSteps(), gru.sequences());
        return valueOf(gru, true);
    }

    @Override
    Value reshape(Layer.Reshape layer, Value in) {
        Value flat = flattened(in, layer.name() + "/flat");
        Value vector = new Value(flat.name(), layer.shape(), true);
        return layer.shape().isVector() ? vector : planes(vector, layer.name());
    }

    @Override
    Value flattened(Value in, String name) {
        Shape shape = in.shape();
        if (in.flat()) {
            return in;
        }
        String channelsFirst = in.name();
        if (!shape.isVector()) {
            String order = graph.integers(name + "/order", List.of(4), 0, 3, 1, 2);
            channelsFirst =
                    graph.node("Transpose", name + "/channels-first", List.of(in.name(), order), Attributes.floats());
        }
        return new Value(reshape(name, channelsFirst, -1, shape.size()), Shape.vector(shape.size()), true);
    }

    @Override
    Value planes(Value in, String layer) {
        Shape shape = in.shape();
        if (!in.flat()) {
            return in;
        }
        String channelsFirst =
                reshape(layer + "/channels-first", in.name(), -1, shape.channels(), shape.height(), shape.width());
        String order = graph.integers(layer + "/planes-order", List.of(4), 0, 2, 3, 1);
        String name = graph.node("Transpose", layer + "/planes", List.of(channelsFirst, order), Attributes.floats());
        return new Value(name, shape, false);
    }

    @Override
    Value rows(Value in, int numbers, String name) {
        return in.shape().size() == numbers
                ? in
                : new Value(reshape(name, in.name(), -1, numbers), Shape.vector(numbers), true);
    }

    private String reshape(String name, String input, int... axes) {
        String shape = graph.integers(name + "/shape", List.of(axes.length), axes);
        return graph.node("Reshape", name, List.of(input, shape), Attributes.floats());
    }
}
