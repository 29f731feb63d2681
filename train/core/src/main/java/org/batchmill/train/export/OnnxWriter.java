package org.batchmill.train.export;

import java.util.List;
import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.train.export.OnnxGraph.Attributes;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Windowed;
import org.batchmill.train.protobuf.Message;

/** Says a network in ONNX's operations, layer by layer. Used once. */
final class OnnxWriter extends GraphWriter {

    private final OnnxGraph graph = new OnnxGraph();

    OnnxWriter(Network network, Map<String, float[]> parameters) {
        super(network, parameters);
    }

    Message model(Map<String, String> properties) {
        Shape shape = network.input();
        boolean flat = shape.isVector();
        List<Integer> one = flat ? List.of(shape.channels()) : List.of(shape.channels(), shape.height(), shape.width());
        Value value;
        if (network.timeSteps() == 1) {
            graph.input(INPUT, one);
            value = new Value(INPUT, shape, flat);
        } else {
            graph.input(
                    INPUT,
                    flat
                            ? List.of(network.timeSteps(), shape.channels())
                            : List.of(network.timeSteps(), shape.channels(), shape.height(), shape.width()));
            value = reshaped("frames", new Value(INPUT, shape, flat), shape, flat);
        }
        // Behind an identity, so that the output's name does not depend on the model.
        graph.node("Identity", OUTPUT, List.of(predictions(value).name()), Attributes.none());
        graph.output(OUTPUT, List.of(network.output().size()));
        return graph.model(network.name(), properties);
    }

    @Override
    Value inputScale(Layer.InputScale scale, Value in) {
        String factor = graph.constant(scale.name() + "/multiply", List.of(), scale.multiply());
        String term = graph.constant(scale.name() + "/add", List.of(), scale.add());
        String scaled = graph.node("Mul", scale.name() + "/scaled", List.of(in.name(), factor), Attributes.none());
        return simple("Add", scale, in, List.of(scaled, term), Attributes.none());
    }

    /** A node that is called as its layer is, with the axes of {@code in}. */
    private Value simple(String operation, Layer layer, Value in, List<String> inputs, Attributes attributes) {
        graph.node(operation, layer.name(), inputs, attributes);
        return valueOf(layer, in.flat());
    }

    private String parameter(Layer layer, String what, List<Integer> dimensions) {
        String name = layer.name() + "/" + what;
        return graph.constant(name, dimensions, parameters.get(name));
    }

    @Override
    Value convolution(Layer.Conv2d conv, Value in) {
        Value planes = planes(in, conv.name());
        List<Integer> dimensions =
                List.of(conv.filters(), in.shape().channels() / conv.groups(), conv.kernelHeight(), conv.kernelWidth());
        Attributes window = window(conv, in.shape())
                .integers("dilations", conv.dilationHeight(), conv.dilationWidth())
                .integer("group", conv.groups());
        return simple("Conv", conv, planes, weighted(planes, conv, dimensions, conv.bias(), conv.filters()), window);
    }

    /** What is multiplied by weights, those, and biases if there are any. */
    private List<String> weighted(Value in, Layer layer, List<Integer> dimensions, boolean bias, int outputs) {
        String weights = parameter(layer, "weights", dimensions);
        return bias
                ? List.of(in.name(), weights, parameter(layer, "biases", List.of(outputs)))
                : List.of(in.name(), weights);
    }

    @Override
    Value transposedConvolution(Layer.TransposedConv2d conv, Value in) {
        Value planes = planes(in, conv.name());
        List<Integer> dimensions =
                List.of(in.shape().channels(), conv.filters(), conv.kernelHeight(), conv.kernelWidth());
        return simple(
                "ConvTranspose",
                conv,
                planes,
                weighted(planes, conv, dimensions, conv.bias(), conv.filters()),
                // The window slides over what comes out.
                window(conv, valueOf(conv, false).shape()));
    }

    @Override
    Value upsample(Layer.Upsample layer, Value in) {
        Value planes = planes(in, layer.name());
        String scales =
                graph.constant(layer.name() + "/scales", List.of(4), 1, 1, layer.factorHeight(), layer.factorWidth());
        String mode =
                switch (layer.mode()) {
                    case NEAREST -> "nearest";
                    case BILINEAR -> "linear";
                };
        return simple(
                "Resize",
                layer,
                planes,
                List.of(planes.name(), "", scales),
                Attributes.none().text("mode", mode).text("coordinate_transformation_mode", "half_pixel"));
    }

    @Override
    Value globalAverage(Layer.GlobalAveragePool pool, Value in) {
        Value planes = planes(in, pool.name());
        return simple("GlobalAveragePool", pool, planes, List.of(planes.name()), Attributes.none());
    }

    @Override
    Value maxPool(Layer.MaxPool pool, Value in) {
        Value planes = planes(in, pool.name());
        return simple("MaxPool", pool, planes, List.of(planes.name()), window(pool, in.shape()));
    }

    @Override
    Value averagePool(Layer.AveragePool pool, Value in) {
        Value planes = planes(in, pool.name());
        Attributes window = window(pool, in.shape()).integer("count_include_pad", 0);
        return simple("AveragePool", pool, planes, List.of(planes.name()), window);
    }

    private static Attributes window(Windowed window, Shape in) {
        return Attributes.none()
                .integers("kernel_shape", window.kernelHeight(), window.kernelWidth())
                .integers("strides", window.strideHeight(), window.strideWidth())
                .integers(
                        "pads",
                        window.before(true, in),
                        window.before(false, in),
                        window.after(true, in),
                        window.after(false, in));
    }

    @Override
    Value dense(Layer.Dense dense, Value in) {
        Value flat = flattened(in, dense.name() + "/flat");
        List<Integer> dimensions = List.of(dense.units(), in.shape().size());
        return simple(
                "Gemm",
                dense,
                flat,
                weighted(flat, dense, dimensions, dense.bias(), dense.units()),
                Attributes.none().integer("transB", 1));
    }

    @Override
    Value batchNorm(Layer.BatchNorm norm, Value in) {
        List<Integer> channels = List.of(in.shape().channels());
        boolean darknet = norm.rule() == Layer.BatchNorm.Rule.DARKNET;
        String variance = norm.name() + "/variance";
        return simple(
                "BatchNormalization",
                norm,
                in,
                List.of(
                        in.name(),
                        parameter(norm, "gamma", channels),
                        parameter(norm, "beta", channels),
                        parameter(norm, "mean", channels),
                        graph.constant(
                                variance,
                                channels,
                                darknet ? darknetVariance(parameters.get(variance)) : parameters.get(variance))),
                Attributes.none().number("epsilon", darknet ? 0 : norm.epsilon()));
    }

    /** The variance whose square root is what the reference program divides by. */
    private static float[] darknetVariance(float[] variance) {
        float[] squared = new float[variance.length];
        for (int i = 0; i < squared.length; i++) {
            double deviation = Math.sqrt(variance[i]) + 1e-6;
            squared[i] = (float) (deviation * deviation);
        }
        return squared;
    }

    @Override
    Value responseNorm(Layer.LocalResponseNorm norm, Value in) {
        if (norm.size() % 2 == 0) {
            throw new UsageException(norm.name()
                    + ": ONNX has no local response norm over an even number of channels that begins as ours");
        }
        return simple(
                "LRN",
                norm,
                in,
                List.of(in.name()),
                Attributes.none()
                        .integer("size", norm.size())
                        .number("alpha", norm.alpha())
                        .number("beta", norm.beta())
                        .number("bias", norm.bias()));
    }

    @Override
    Value activation(Layer.Activation activation, Value in) {
        List<String> input = List.of(in.name());
        return switch (activation.function()) {
            case LINEAR -> in;
            case RELU -> simple("Relu", activation, in, input, Attributes.none());
            case RELU6 ->
                simple(
                        "Clip",
                        activation,
                        in,
                        List.of(
                                in.name(),
                                graph.constant(activation.name() + "/least", List.of(), 0),
                                graph.constant(activation.name() + "/most", List.of(), 6)),
                        Attributes.none());
            case LEAKY_RELU ->
                simple("LeakyRelu", activation, in, input, Attributes.none().number("alpha", activation.alpha()));
            case ELU -> simple("Elu", activation, in, input, Attributes.none().number("alpha", activation.alpha()));
            case SIGMOID -> simple("Sigmoid", activation, in, input, Attributes.none());
            case TANH -> simple("Tanh", activation, in, input, Attributes.none());
            case SOFTMAX -> {
                // Over all numbers of a row, whatever its shape.
                Value flat = flattened(in, activation.name() + "/flat");
                Value softmax = simple(
                        "Softmax",
                        activation,
                        flat,
                        List.of(flat.name()),
                        Attributes.none().integer("axis", 1));
                yield in.flat() ? softmax : reshaped(activation.name() + "/shaped", softmax, in.shape(), false);
            }
        };
    }

    @Override
    Value sum(Layer.Add layer, List<Value> values) {
        List<String> names = values.stream().map(Value::name).toList();
        return values.size() == 2
                ? simple("Add", layer, values.get(0), names, Attributes.none())
                : simple("Sum", layer, values.get(0), names, Attributes.none());
    }

    @Override
    Value joined(Layer.Concat layer, List<Value> values) {
        List<String> names = values.stream().map(Value::name).toList();
        return simple("Concat", layer, values.get(0), names, Attributes.none().integer("axis", 1));
    }

    @Override
    Value channelScale(Layer.ChannelScale scale, Value in) {
        int channels = in.shape().channels();
        List<Integer> dimensions = in.flat() ? List.of(channels) : List.of(channels, 1, 1);
        String gamma = parameter(scale, "gamma", dimensions);
        if (!scale.shift()) {
            return simple("Mul", scale, in, List.of(in.name(), gamma), Attributes.none());
        }
        String scaled = graph.node("Mul", scale.name() + "/scaled", List.of(in.name(), gamma), Attributes.none());
        return simple("Add", scale, in, List.of(scaled, parameter(scale, "beta", dimensions)), Attributes.none());
    }

    @Override
    Value lengths(Layer.Lengths lengths, Value frames) {
        new OnnxSequences(graph, network.timeSteps(), parameters).lengths(lengths, frames);
        return new Value(lengths.name(), Shape.vector(1), true);
    }

    @Override
    Value lstm(Layer.Lstm lstm, Sequence in) {
        new OnnxSequences(graph, network.timeSteps(), parameters).lstm(lstm, in);
        return valueOf(lstm, true);
    }

    @Override
    Value gru(Layer.Gru gru, Sequence in) {
        new OnnxSequences(graph, network.timeSteps(), parameters).gru(gru, in);
        return valueOf(gru, true);
    }

    @Override
    Value reshape(Layer.Reshape layer, Value in) {
        return reshaped(layer.name(), in, layer.shape(), layer.shape().isVector());
    }

    @Override
    Value flattened(Value in, String name) {
        return in.flat() ? in : reshaped(name, in, Shape.vector(in.shape().size()), true);
    }

    @Override
    Value planes(Value in, String layer) {
        return in.flat() ? reshaped(layer + "/planes", in, in.shape(), false) : in;
    }

    @Override
    Value rows(Value in, int numbers, String name) {
        return in.shape().size() == numbers ? in : reshaped(name, in, Shape.vector(numbers), true);
    }

    private Value reshaped(String name, Value in, Shape shape, boolean flat) {
        String target = flat
                ? graph.integers(name + "/shape", -1, shape.size())
                : graph.integers(name + "/shape", -1, shape.channels(), shape.height(), shape.width());
        graph.node("Reshape", name, List.of(in.name(), target), Attributes.none());
        return new Value(name, shape, flat);
    }
}
