package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.batchmill.train.onnx.OnnxModelBuilder.integer;
import static org.batchmill.train.onnx.OnnxModelBuilder.ints;
import static org.batchmill.train.onnx.OnnxModelBuilder.number;
import static org.batchmill.train.onnx.OnnxModelBuilder.tensor;
import static org.batchmill.train.onnx.OnnxModelBuilder.text;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.testing.Seed;
import org.batchmill.train.onnx.OnnxModelBuilder;
import org.batchmill.train.onnx.OnnxNetwork;
import org.batchmill.train.protobuf.Message;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs in the forms that PyTorch's and others' exporters give them: our engine makes of them what ONNX Runtime does. */
class OnnxFormsTest {

    private static final double TOLERANCE = 1e-4;
    private static final int ROWS = 2;

    @TempDir
    Path folder;

    /** Adds nodes behind an input called {@code x}; gives the output's name. */
    private interface Form {
        String build(OnnxModelBuilder model);
    }

    /**
     * A graph.
     *
     * @param input the sizes of its axes but the samples'
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Graph(int operatorSet, int[] input, Form form) {}

    private static final Map<String, Graph> GRAPHS = graphs();

    private static Map<String, Graph> graphs() {
        Map<String, Graph> graphs = new LinkedHashMap<>();
        graphs.put("residual block with batch norms", image(13, OnnxFormsTest::residualBlock));
        graphs.put("branches, and windows that reach over the edge", image(14, OnnxFormsTest::branches));
        graphs.put("inverted residual with clips", image(17, OnnxFormsTest::invertedResidual));
        graphs.put("view by a shape that is asked for", image(13, OnnxFormsTest::viewByShape));
        graphs.put("constants from nodes", image(15, OnnxFormsTest::constantNodes));
        graphs.put("normalized pixels", image(13, OnnxFormsTest::normalizedPixels));
        graphs.put("scalars in a row", image(13, OnnxFormsTest::scalars));
        graphs.put("mean over axes, attribute", image(13, model -> mean(model, false)));
        graphs.put("mean over axes, input", image(18, model -> mean(model, true)));
        graphs.put("averages that count padding", image(19, OnnxFormsTest::countingAverage));
        graphs.put("padding of its own", image(13, OnnxFormsTest::padNodes));
        graphs.put("padding of its own before an average", image(13, OnnxFormsTest::padBeforeAverage));
        graphs.put("padding of its own before a maximum", image(13, OnnxFormsTest::padBeforeMaximum));
        graphs.put("padding by TensorFlow's rules", image(13, OnnxFormsTest::autoPad));
        graphs.put("transposed convolution and nearest pixels", image(21, OnnxFormsTest::upwards));
        graphs.put("products with matrices", new Graph(13, new int[] {6}, OnnxFormsTest::matrices));
        graphs.put("weights as inputs, numbers as lists", image(13, OnnxFormsTest::weightsAsInputs));
        graphs.put("dropout and identities", image(13, OnnxFormsTest::passingThrough));
        return graphs;
    }

    private static Graph image(int operatorSet, Form form) {
        return new Graph(operatorSet, new int[] {3, 9, 8}, form);
    }

    static Stream<String> names() {
        return GRAPHS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldPredictWhatOnnxRuntimePredicts(String name) throws IOException, OrtException {
        RandomGenerator random = Seed.random(Seed.of(this));
        Graph graph = GRAPHS.get(name);
        int[] open = new int[graph.input().length + 1];
        System.arraycopy(graph.input(), 0, open, 1, graph.input().length);
        OnnxModelBuilder model = new OnnxModelBuilder(graph.operatorSet(), random);
        model.input("x", open);
        Path file = model.output(graph.form().build(model)).write(folder.resolve("model.onnx"));
        long[] axes =
                Arrays.stream(open).mapToLong(size -> size == 0 ? ROWS : size).toArray();
        float[] values = new float[(int) Arrays.stream(axes).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-2, 2);
        }
        OnnxNetwork imported = OnnxNetwork.read(file);
        float[] ours = ExportedNetwork.predictions(imported.network(), imported.parameters(), values);
        assertThat(ExportedNetwork.difference(OnnxRuntime.run(file, values, axes), ours))
                .isLessThan(TOLERANCE);
    }

    private static Message window(int kernel, int stride, int pad) {
        Message window = ints(new Message(), "kernel_shape", kernel, kernel);
        return ints(ints(window, "strides", stride, stride), "pads", pad, pad, pad, pad);
    }

    private static String norm(OnnxModelBuilder model, String name, String in, int channels) {
        return model.node(
                "BatchNormalization",
                name + "_out",
                number(number(new Message(), "epsilon", 1e-3f), "momentum", .9f),
                in,
                model.weights(name + ".weight", .5, 1.5, channels),
                model.weights(name + ".bias", -1, 1, channels),
                model.weights(name + ".running_mean", -1, 1, channels),
                model.weights(name + ".running_var", .5, 2, channels));
    }

    private static String head(OnnxModelBuilder model, String in, int channels) {
        String mean = model.node("GlobalAveragePool", "mean", in);
        String flat = model.node("Flatten", "flat", integer(new Message(), "axis", 1), mean);
        return model.node(
                "Gemm",
                "y",
                integer(new Message(), "transB", 1),
                flat,
                model.weights("fc.weight", -1, 1, 5, channels),
                model.weights("fc.bias", -1, 1, 5));
    }

    private static String residualBlock(OnnxModelBuilder model) {
        String stem = model.node("Conv", "s", window(3, 1, 1), "x", model.weights("conv1.weight", -1, 1, 8, 3, 3, 3));
        String relu = model.node("Relu", "r", norm(model, "bn1", stem, 8));
        String pool = model.node("MaxPool", "p", window(3, 2, 1), relu);
        String body = model.node(
                "Conv", "b", window(3, 2, 1), pool, model.weights("layer1.0.conv1.weight", -1, 1, 6, 8, 3, 3));
        String shortcut = model.node(
                "Conv", "d", window(1, 2, 0), pool, model.weights("layer1.0.downsample.0.weight", -1, 1, 6, 8, 1, 1));
        String sum = model.node(
                "Add", "a", norm(model, "layer1.0.bn1", body, 6), norm(model, "layer1.0.downsample.1", shortcut, 6));
        return head(model, model.node("Relu", "r2", sum), 6);
    }

    private static String branches(OnnxModelBuilder model) {
        String pool = model.node("MaxPool", "p", integer(window(3, 2, 0), "ceil_mode", 1), "x");
        String mean = model.node("AveragePool", "q", integer(window(3, 2, 1), "ceil_mode", 1), "x");
        String left = model.node(
                "Conv",
                "l",
                window(1, 1, 0),
                pool,
                model.weights("l.weight", -1, 1, 4, 3, 1, 1),
                model.weights("l.bias", -1, 1, 4));
        // The means are a pixel larger, since the windows reach over the padding.
        String right = model.node(
                "Conv",
                "m",
                ints(new Message(), "kernel_shape", 2, 2),
                mean,
                model.weights("m.weight", -1, 1, 4, 3, 2, 2));
        String both = model.node("Concat", "c", integer(new Message(), "axis", 1), left, right, pool);
        return head(model, both, 11);
    }

    private static String invertedResidual(OnnxModelBuilder model) {
        String least = model.constant("least", List.of(), 0);
        String most = model.constant("most", List.of(), 6);
        String wide = model.node(
                "Conv",
                "w",
                window(1, 1, 0),
                "x",
                model.weights("w.weight", -4, 4, 12, 3, 1, 1),
                model.weights("w.bias", -1, 1, 12));
        String deep = model.node(
                "Conv",
                "d",
                integer(window(3, 1, 1), "group", 12),
                model.node("Clip", "w6", wide, least, most),
                model.weights("d.weight", -1, 1, 12, 1, 3, 3));
        String narrow = model.node(
                "Conv",
                "n",
                window(1, 1, 0),
                model.node("Clip", "d0", deep, least),
                model.weights("n.weight", -1, 1, 3, 12, 1, 1));
        return head(model, model.node("Add", "a", "x", narrow), 3);
    }

    private static String viewByShape(OnnxModelBuilder model) {
        String relu = model.node("Relu", "r", "x");
        String shape = model.node("Shape", "shape", relu);
        String samples = model.node(
                "Gather", "n", shape, model.node("Constant", "zero", tensor(new Message(), "value", List.of(), 0)));
        String first = model.node("Unsqueeze", "n1", samples, model.integers("axes", 0));
        String all =
                model.node("Concat", "target", integer(new Message(), "axis", 0), first, model.integers("rest", -1));
        String flat = model.node("Reshape", "flat", relu, all);
        String dense = model.node(
                "Gemm",
                "g",
                number(number(new Message(), "alpha", .5f), "beta", 2),
                flat,
                model.weights("fc.weight", -1, 1, 216, 8),
                model.weights("fc.bias", -1, 1, 1, 8));
        // Back to an image, with the axis of samples taken over.
        String image = model.node("Reshape", "i", dense, model.integers("image", 0, 2, -1, 2));
        return model.node("Conv", "y", window(2, 1, 0), image, model.weights("c.weight", -1, 1, 3, 2, 2, 2));
    }

    private static String constantNodes(OnnxModelBuilder model) {
        String same = model.node("Identity", "shared", model.weights("c.weight", -1, 1, 4, 3, 3, 3));
        String conv = model.node("Conv", "c", window(3, 2, 1), "x", same);
        String target = model.node("Constant", "target", ints(new Message(), "value_ints", -1, 80));
        String cast = model.node("Cast", "t64", integer(new Message(), "to", 7), target);
        String flat = model.node("Reshape", "flat", conv, cast);
        String weights = model.node(
                "Transpose", "w", ints(new Message(), "perm", 1, 0), model.weights("fc.weight", -1, 1, 4, 80));
        return model.node("MatMul", "y", flat, weights);
    }

    private static String normalizedPixels(OnnxModelBuilder model) {
        String unit = model.node("Div", "u", "x", model.constant("c255", List.of(), 255));
        String centred = model.node("Sub", "s", unit, model.weights("mean", .4, .5, 1, 3, 1, 1));
        String scaled = model.node("Div", "d", centred, model.weights("std", .2, .3, 1, 3, 1, 1));
        return model.node("Conv", "y", window(3, 1, 1), scaled, model.weights("c.weight", -1, 1, 2, 3, 3, 3));
    }

    private static String scalars(OnnxModelBuilder model) {
        String three = model.constant("three", List.of(1), 3);
        String less = model.node("Sub", "l", three, model.node("Mul", "m", three, "x"));
        String relu = model.node("LeakyRelu", "r", number(new Message(), "alpha", .2f), less);
        // Both are read, so neither is left out.
        return model.node("Sum", "y", less, relu, model.node("Elu", "e", model.node("Add", "a", relu, three)));
    }

    private static String mean(OnnxModelBuilder model, boolean input) {
        String conv = model.node("Conv", "c", "x", model.weights("c.weight", -1, 1, 4, 3, 3, 3));
        Message flat = integer(new Message(), "keepdims", 0);
        String mean = input
                ? model.node("ReduceMean", "m", flat, conv, model.integers("axes", 2, 3))
                : model.node("ReduceMean", "m", ints(flat, "axes", -1, -2), conv);
        return model.node("Softmax", "y", integer(new Message(), "axis", 1), mean);
    }

    private static String countingAverage(OnnxModelBuilder model) {
        String mean = model.node("AveragePool", "a", integer(window(3, 2, 1), "count_include_pad", 1), "x");
        // Without padding there is nothing to count.
        return model.node("AveragePool", "y", integer(window(2, 1, 0), "count_include_pad", 1), mean);
    }

    private static String padNodes(OnnxModelBuilder model) {
        String wide = model.node("Pad", "w", "x", model.integers("pads", 0, 0, 1, 2, 0, 0, 3, 0));
        return model.node("Conv", "c", window(3, 1, 1), wide, model.weights("c.weight", -1, 1, 4, 3, 3, 3));
    }

    private static String padBeforeAverage(OnnxModelBuilder model) {
        String around = model.node(
                "Pad", "o", "x", model.integers("pads2", 0, 0, 1, 1, 0, 0, 1, 1), model.constant("zero", List.of(), 0));
        return model.node("AveragePool", "m", window(3, 1, 0), around);
    }

    private static String padBeforeMaximum(OnnxModelBuilder model) {
        String low = model.node(
                "Pad",
                "n",
                "x",
                model.integers("pads3", 0, 0, 0, 0, 0, 0, 1, 1),
                model.constant("lowest", List.of(), Float.NEGATIVE_INFINITY));
        return model.node("MaxPool", "y", window(2, 2, 0), low);
    }

    private static String autoPad(OnnxModelBuilder model) {
        Message upper = text(ints(new Message(), "strides", 2, 2), "auto_pad", "SAME_UPPER");
        String conv = model.node("Conv", "u", upper, "x", model.weights("u.weight", -1, 1, 4, 3, 3, 3));
        Message lower = ints(ints(new Message(), "kernel_shape", 2, 2), "strides", 1, 1);
        String pool = model.node("MaxPool", "l", text(lower, "auto_pad", "SAME_LOWER"), conv);
        return model.node("GlobalMaxPool", "y", pool);
    }

    private static String upwards(OnnxModelBuilder model) {
        String up = model.node(
                "ConvTranspose",
                "t",
                ints(ints(new Message(), "strides", 2, 2), "pads", 1, 0, 0, 1),
                "x",
                model.weights("t.weight", -1, 1, 3, 4, 3, 3),
                model.weights("t.bias", -1, 1, 4));
        Message nearest = text(new Message(), "coordinate_transformation_mode", "asymmetric");
        text(text(nearest, "nearest_mode", "floor"), "mode", "nearest");
        String large = model.node("Resize", "n", nearest, up, "", model.constant("s", List.of(4), 1, 1, 2, 3));
        Message linear =
                text(text(new Message(), "coordinate_transformation_mode", "pytorch_half_pixel"), "mode", "linear");
        return model.node("Resize", "y", linear, large, "", model.constant("s2", List.of(4), 1, 1, 3, 2));
    }

    private static String matrices(OnnxModelBuilder model) {
        String product = model.node("MatMul", "p", "x", model.weights("a.weight", -1, 1, 6, 7));
        String biased = model.node("Add", "b", model.weights("a.bias", -1, 1, 7), product);
        String normed = norm(model, "bn", model.node("Tanh", "t", biased), 7);
        // What is read twice keeps what is added to it apart.
        String twice = model.node("MatMul", "q", normed, model.weights("c.weight", -1, 1, 7, 4));
        String added = model.node("Add", "d", twice, model.weights("c.bias", -1, 1, 4));
        return model.node("Add", "y", model.node("Sigmoid", "s", added), twice);
    }

    private static String weightsAsInputs(OnnxModelBuilder model) {
        String weights = model.listed("c.weight", -1, 1, 4, 3, 3, 3);
        model.input(weights, 4, 3, 3, 3);
        return model.node("Conv", "y", window(3, 1, 1), "x", weights);
    }

    private static String passingThrough(OnnxModelBuilder model) {
        String same = model.node("Identity", "i", "x");
        String dropped = model.node("Dropout", "d", same, model.constant("rate", List.of(), .3f));
        String pixel = model.node("GlobalAveragePool", "g", dropped);
        String vector = model.node("Squeeze", "v", pixel, model.integers("axes", 2, 3));
        String image = model.node("Unsqueeze", "w", vector, model.integers("back", -1, -2));
        return model.node("Flatten", "y", image);
    }
}
