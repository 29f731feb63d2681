package org.batchmill.train.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.batchmill.records.DataException;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Window;
import org.batchmill.train.onnx.OnnxValue.Axes;
import org.batchmill.train.onnx.OnnxValue.Edges;

/** Convolutions, poolings, and what makes images larger. */
final class WindowOperations {

    /** Of a convolution that stands for an average: memory follows from the file's size. */
    private static final int MOST_WEIGHTS = 1 << 20;

    private final ImportedGraph graph;

    WindowOperations(ImportedGraph graph) {
        this.graph = graph;
    }

    void addTo(Map<String, Operations.Operation> operations) {
        operations.put("Conv", this::convolution);
        operations.put("ConvTranspose", this::transposed);
        operations.put("MaxPool", this::maxPool);
        operations.put("AveragePool", this::averagePool);
        operations.put("GlobalAveragePool", this::globalAverage);
        operations.put("GlobalMaxPool", this::globalMax);
        operations.put("ReduceMean", this::mean);
        operations.put("Pad", this::pad);
        operations.put("Resize", this::resize);
    }

    /** A window over an image with what is put around that. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record OnnxWindow(int[] kernel, int[] strides, int[] dilations, Padding padding) {

        /** What slides, where it has no gaps. */
        Window sliding() {
            return new Window(kernel[0], kernel[1], strides[0], strides[1], padding);
        }
    }

    private OnnxWindow window(OnnxNode node, OnnxValue in, int[] kernel) throws DataException {
        int[] strides = node.pixels("strides", 2, 1);
        int[] dilations = node.pixels("dilations", 2, 1);
        int[] pads = node.pixels("pads", 4, 0);
        Edges edges = in.edges();
        if (edges != null) {
            pads = new int[] {
                pads[0] + edges.top(), pads[1] + edges.left(), pads[2] + edges.bottom(), pads[3] + edges.right()
            };
        }
        String auto = node.text("auto_pad", "NOTSET");
        boolean same = auto.equals("SAME_UPPER") || auto.equals("SAME_LOWER");
        if (!same && !auto.equals("NOTSET") && !auto.equals("VALID")) {
            throw node.corrupt("auto_pad is " + auto);
        }
        if (same && edges != null) {
            throw node.unsupported("pads an image that has pixels put around it already");
        }
        if (node.flag("ceil_mode", false)) {
            pads = reaching(pads, in.shape(), kernel, strides, dilations);
        }
        Padding padding = same
                ? same(auto, in.shape(), kernel, strides, dilations)
                : Arrays.stream(pads).allMatch(pad -> pad == 0)
                        ? Padding.valid()
                        : new Padding.Explicit(pads[0], pads[1], pads[2], pads[3]);
        return new OnnxWindow(kernel, strides, dilations, padding);
    }

    /** Ours puts the odd pixel of padding below and to the right. */
    private static Padding same(String auto, Shape in, int[] kernel, int[] strides, int[] dilations) {
        Padding same = Padding.same();
        if (auto.equals("SAME_UPPER")) {
            return same;
        }
        return new Padding.Explicit(
                same.after(true, in.height(), kernel[0], strides[0], dilations[0]),
                same.after(false, in.width(), kernel[1], strides[1], dilations[1]),
                same.before(true, in.height(), kernel[0], strides[0], dilations[0]),
                same.before(false, in.width(), kernel[1], strides[1], dilations[1]));
    }

    /** With so many more pixels behind the end that a window which is not filled counts, unless it begins behind the end. */
    private static int[] reaching(int[] pads, Shape in, int[] kernel, int[] strides, int[] dilations) {
        int[] more = pads.clone();
        for (int axis = 0; axis < 2; axis++) {
            int size = axis == 0 ? in.height() : in.width();
            int effective = (kernel[axis] - 1) * dilations[axis] + 1;
            int free = size + pads[axis] + pads[axis + 2] - effective;
            int steps = Math.max(0, Math.floorDiv(free + strides[axis] - 1, strides[axis]));
            if (steps * strides[axis] >= size + pads[axis]) {
                steps--;
            }
            more[axis + 2] += Math.max(0, steps * strides[axis] - free);
        }
        return more;
    }

    private void convolution(OnnxNode node) throws DataException {
        OnnxValue in = graph.image(node, 0);
        requireZeros(node, in.edges());
        OnnxTensor weights = weights(node);
        int[] kernel = kernel(node, weights);
        OnnxWindow window = window(node, in, kernel);
        String name = graph.names.of(node, node.input(1));
        int filters = (int) weights.dimension(0);
        int groups = node.count("group", 1);
        Layer layer = ImportedGraph.fitted(node, () -> Layer.Conv2d.builder(name)
                .filters(filters)
                .kernel(kernel[0], kernel[1])
                .stride(window.strides()[0], window.strides()[1])
                .dilation(window.dilations()[0], window.dilations()[1])
                .padding(window.padding())
                .bias(node.hasInput(2))
                .groups(groups)
                .build());
        finish(node, layer, in, weights, node.hasInput(2));
    }

    private static void requireZeros(OnnxNode node, Edges edges) throws DataException {
        if (edges != null && edges.value() != 0) {
            throw node.unsupported("reads an image with pixels of " + edges.value() + " around it");
        }
    }

    private OnnxTensor weights(OnnxNode node) throws DataException {
        OnnxTensor weights = graph.floats(node, 1, "weights");
        if (weights.rank() != 4 || weights.size() == 0) {
            throw node.unsupported("its weights have " + weights.rank() + " axes: only images have layers here");
        }
        return weights;
    }

    private static int[] kernel(OnnxNode node, OnnxTensor weights) throws DataException {
        int[] kernel = {(int) weights.dimension(2), (int) weights.dimension(3)};
        if (node.has("kernel_shape") && !Arrays.equals(kernel, node.pixels("kernel_shape", 2, 1))) {
            throw node.corrupt("its kernel_shape is not that of its weights");
        }
        return kernel;
    }

    private void finish(OnnxNode node, Layer layer, OnnxValue in, OnnxTensor weights, boolean bias)
            throws DataException {
        Shape out = graph.add(node, layer, in);
        graph.parameters.put(layer.name() + "/weights", weights.floats());
        if (bias) {
            graph.parameters.put(
                    layer.name() + "/biases", graph.floats(node, 2, "biases").floats());
        }
        graph.put(node.outputs().get(0), OnnxValue.of(layer.name(), out, Axes.IMAGE, in.frames()));
    }

    private void transposed(OnnxNode node) throws DataException {
        OnnxValue in = graph.value(node, 0, Axes.IMAGE);
        OnnxTensor weights = weights(node);
        int[] kernel = kernel(node, weights);
        long[] more = node.integers("output_padding");
        if (node.count("group", 1) != 1
                || !Arrays.equals(node.pixels("dilations", 2, 1), new int[] {1, 1})
                || (more != null && LongStream.of(more).anyMatch(pixels -> pixels != 0))
                || node.has("output_shape")
                || !node.text("auto_pad", "NOTSET").equals("NOTSET")) {
            throw node.unsupported("has groups, dilations, output_padding, output_shape or auto_pad");
        }
        OnnxWindow window = window(node, in, kernel);
        Layer layer = Layer.Conv2d.builder(graph.names.of(node, node.input(1)))
                .filters((int) weights.dimension(1))
                .kernel(kernel[0], kernel[1])
                .stride(window.strides()[0], window.strides()[1])
                .padding(window.padding())
                .bias(node.hasInput(2))
                .transposed();
        finish(node, layer, in, weights, node.hasInput(2));
    }

    private void maxPool(OnnxNode node) throws DataException {
        OnnxValue in = graph.image(node, 0);
        if (in.edges() != null && in.edges().value() != Float.NEGATIVE_INFINITY) {
            throw node.unsupported("reads an image with pixels of " + in.edges().value() + " around it");
        }
        if (node.hasOutput(1)) {
            throw node.unsupported("its second output, the positions of the largest, is wanted");
        }
        OnnxWindow window = pooling(node, in);
        pooled(node, new Layer.MaxPool(graph.names.of(node, ""), window.sliding()), in);
    }

    private OnnxWindow pooling(OnnxNode node, OnnxValue in) throws DataException {
        if (!node.has("kernel_shape")) {
            throw node.corrupt("has no kernel_shape");
        }
        OnnxWindow window = window(node, in, node.pixels("kernel_shape", 2, 1));
        if (!Arrays.equals(window.dilations(), new int[] {1, 1})) {
            throw node.unsupported("has dilations, which poolings here have not");
        }
        return window;
    }

    private void pooled(OnnxNode node, Layer layer, OnnxValue in) throws DataException {
        Shape out = graph.add(node, layer, in);
        graph.put(node.outputs().get(0), OnnxValue.of(layer.name(), out, Axes.IMAGE, in.frames()));
    }

    private void averagePool(OnnxNode node) throws DataException {
        OnnxValue in = graph.image(node, 0);
        requireZeros(node, in.edges());
        OnnxWindow window = pooling(node, in);
        boolean around = in.edges() != null;
        boolean padded = !(window.padding() instanceof Padding.Valid);
        boolean counted = node.flag("count_include_pad", false);
        boolean ownPads = Arrays.stream(node.pixels("pads", 4, 0)).anyMatch(pad -> pad > 0);
        boolean counts = around
                || (counted && (ownPads || !node.text("auto_pad", "NOTSET").equals("NOTSET")));
        if (padded && counts) {
            if (node.flag("ceil_mode", false) || (around && ownPads && !counted)) {
                throw node.unsupported("counts some of the pixels around the image and not others");
            }
            countingAverage(node, in, window);
            return;
        }
        pooled(node, new Layer.AveragePool(graph.names.of(node, ""), window.sliding()), in);
    }

    /** Averages here are over pixels of the image: one that counts those around it is a convolution of equal weights. */
    private void countingAverage(OnnxNode node, OnnxValue in, OnnxWindow window) throws DataException {
        int pixels = window.kernel()[0] * window.kernel()[1];
        int channels = in.shape().channels();
        if ((long) channels * pixels > MOST_WEIGHTS) {
            throw node.unsupported(
                    "counts the padding of windows of " + pixels + " pixels in " + channels + " channels");
        }
        Layer layer = Layer.Conv2d.builder(graph.names.of(node, ""))
                .filters(channels)
                .kernel(window.kernel()[0], window.kernel()[1])
                .stride(window.strides()[0], window.strides()[1])
                .padding(window.padding())
                .bias(false)
                .weights(new Initializer.Constant(1f / pixels))
                .groups(channels)
                .build();
        Shape out = graph.add(node, layer, in);
        float[] weights = new float[channels * pixels];
        Arrays.fill(weights, 1f / pixels);
        graph.parameters.put(layer.name() + "/weights", weights);
        graph.notes.add(layer.name() + ": averages that count padding are a convolution of equal weights here");
        graph.put(node.outputs().get(0), OnnxValue.of(layer.name(), out, Axes.IMAGE, in.frames()));
    }

    private void globalAverage(OnnxNode node) throws DataException {
        average(node, Axes.IMAGE);
    }

    private void average(OnnxNode node, Axes axes) throws DataException {
        OnnxValue in = graph.value(node, 0, Axes.IMAGE);
        Layer layer = new Layer.GlobalAveragePool(graph.names.of(node, ""));
        Shape out = graph.add(node, layer, in);
        graph.put(node.outputs().get(0), OnnxValue.of(layer.name(), out, axes, in.frames()));
    }

    private void globalMax(OnnxNode node) throws DataException {
        OnnxValue in = graph.value(node, 0, Axes.IMAGE);
        int height = in.shape().height();
        int width = in.shape().width();
        pooled(node, new Layer.MaxPool(graph.names.of(node, ""), height, width, 1, 1, Padding.valid()), in);
    }

    /** Over height and width. */
    private void mean(OnnxNode node) throws DataException {
        long[] axes = node.hasInput(1) ? graph.integers(node, 1, "axes") : node.integers("axes");
        boolean both = axes != null
                && axes.length == 2
                && LongStream.of(axes)
                        .map(axis -> axis < 0 ? axis + 4 : axis)
                        .sorted()
                        .boxed()
                        .toList()
                        .equals(List.of(2L, 3L));
        if (!both) {
            throw node.unsupported("is over other axes than height and width");
        }
        average(node, node.flag("keepdims", true) ? Axes.IMAGE : Axes.VECTOR);
    }

    private void pad(OnnxNode node) throws DataException {
        OnnxValue in = graph.value(node, 0, Axes.IMAGE);
        long[] pads = graph.integers(node, 1, "pads");
        OnnxTensor value = node.hasInput(2) ? graph.floats(node, 2, "pixels around the image") : null;
        if (!node.text("mode", "constant").equals("constant")
                || node.hasInput(3)
                || pads.length != 8
                || pads[0] != 0
                || pads[1] != 0
                || pads[4] != 0
                || pads[5] != 0
                || LongStream.of(pads).anyMatch(pad -> pad < 0 || pad > Short.MAX_VALUE)) {
            throw node.unsupported("puts something else around images than equal pixels");
        }
        float pixels = value == null || value.size() == 0 ? 0 : value.floats()[0];
        graph.put(
                node.outputs().get(0),
                in.with(new Edges((int) pads[2], (int) pads[3], (int) pads[6], (int) pads[7], pixels)));
    }

    private void resize(OnnxNode node) throws DataException {
        OnnxValue in = graph.value(node, 0, Axes.IMAGE);
        int[] factors = factors(node, in.shape());
        Layer layer = new Layer.Upsample(graph.names.of(node, ""), factors[0], factors[1], mode(node));
        pooled(node, layer, in);
    }

    private int[] factors(OnnxNode node, Shape in) throws DataException {
        double[] scales = new double[4];
        if (node.hasInput(3)) {
            long[] sizes = graph.integers(node, 3, "sizes");
            if (sizes.length == 4) {
                scales = new double[] {
                    1,
                    (double) sizes[1] / in.channels(),
                    (double) sizes[2] / in.height(),
                    (double) sizes[3] / in.width()
                };
            }
        } else {
            OnnxTensor given = graph.floats(node, 2, "scales");
            for (int i = 0; i < Math.min(4, given.size()) && given.size() == 4; i++) {
                scales[i] = given.floats()[i];
            }
        }
        boolean whole = scales[0] == 1 && scales[1] == 1;
        for (int i = 2; i < 4; i++) {
            whole &= scales[i] >= 1 && scales[i] <= Short.MAX_VALUE && scales[i] == Math.rint(scales[i]);
        }
        if (!whole || node.has("axes")) {
            throw node.unsupported("makes other images than some whole times as high and wide ones");
        }
        return new int[] {(int) scales[2], (int) scales[3]};
    }

    private static Layer.Upsample.Mode mode(OnnxNode node) throws DataException {
        String mode = node.text("mode", "nearest");
        String places = node.text("coordinate_transformation_mode", "half_pixel");
        String rounding = node.text("nearest_mode", "round_prefer_floor");
        boolean halves = places.equals("half_pixel") || places.equals("pytorch_half_pixel");
        if (mode.equals("linear") && halves) {
            return Layer.Upsample.Mode.BILINEAR;
        }
        // Each of these takes the pixel that the new one lies in.
        boolean nearest = (halves && rounding.startsWith("round_prefer"))
                || (places.equals("asymmetric") && rounding.equals("floor"));
        if (mode.equals("nearest") && nearest) {
            return Layer.Upsample.Mode.NEAREST;
        }
        throw node.unsupported("enlarges by " + mode + ", " + places + ", " + rounding + ", as no layer here does");
    }
}
