package org.batchmill.train.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.batchmill.records.DataException;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;
import org.batchmill.train.onnx.OnnxValue.Axes;

/** What lays numbers out in other axes, and the constants that say how. */
final class ShapeOperations {

    /** Among the numbers of a shape: as many as there are samples. */
    private static final long SAMPLES = Long.MIN_VALUE;

    /** A shape has few numbers; what is calculated with more is none. */
    private static final int MOST_NUMBERS = 64;

    private final ImportedGraph graph;

    ShapeOperations(ImportedGraph graph) {
        this.graph = graph;
    }

    void addTo(Map<String, Operations.Operation> operations) {
        operations.put("Identity", this::identity);
        operations.put("Constant", this::constant);
        operations.put("Cast", this::cast);
        operations.put("Flatten", this::flatten);
        operations.put("Reshape", this::reshape);
        operations.put("Squeeze", node -> axes(node, false));
        operations.put("Unsqueeze", node -> axes(node, true));
        operations.put("Transpose", this::transpose);
        operations.put("Shape", this::shape);
        operations.put("Gather", this::gather);
        operations.put("Slice", this::slice);
    }

    private static String out(OnnxNode node) throws DataException {
        if (!node.hasOutput(0)) {
            throw node.corrupt("gives nothing");
        }
        return node.outputs().get(0);
    }

    private void identity(OnnxNode node) throws DataException {
        OnnxTensor constant = graph.constant(node, 0);
        if (constant == null) {
            graph.put(out(node), graph.pending(node, 0));
        } else {
            graph.put(out(node), constant);
        }
    }

    private void constant(OnnxNode node) throws DataException {
        OnnxNode.Attribute value = node.attributes().get("value");
        if (value != null && value.tensor() != null) {
            graph.put(out(node), value.tensor());
        } else if (node.has("value_float")) {
            graph.put(out(node), OnnxTensor.of(List.of(), new float[] {node.number("value_float", 0)}));
        } else if (node.has("value_int")) {
            graph.put(out(node), OnnxTensor.ofIntegers(List.of(), node.integer("value_int", 0)));
        } else if (node.has("value_ints")) {
            long[] integers = node.integers("value_ints");
            graph.put(out(node), OnnxTensor.ofIntegers(List.of((long) integers.length), integers));
        } else {
            throw node.unsupported("is no constant of floats or integers");
        }
    }

    private void cast(OnnxNode node) throws DataException {
        long to = node.integer("to", 0);
        OnnxTensor constant = graph.constant(node, 0);
        boolean isFloat = constant == null || constant.isFloat();
        boolean same = isFloat ? to == 1 || to == 11 : to == 6 || to == 7;
        if (!same) {
            throw node.unsupported("makes ONNX's type " + to + " of " + (isFloat ? "floats" : "integers"));
        }
        identity(node);
    }

    private void flatten(OnnxNode node) throws DataException {
        OnnxValue in = graph.value(node, 0);
        int rank = in.isImage() ? 4 : 2;
        long axis = node.integer("axis", 1);
        if ((axis < 0 ? axis + rank : axis) != 1 || (!in.isImage() && !in.isVector())) {
            throw node.unsupported("flattens from axis " + axis + ", not all numbers of a sample");
        }
        vector(node, in);
    }

    private void vector(OnnxNode node, OnnxValue in) throws DataException {
        if (in.shape().isVector()) {
            graph.put(out(node), in.with(Axes.VECTOR));
            return;
        }
        Layer layer = new Layer.Flatten(graph.names.of(node, ""));
        graph.put(out(node), OnnxValue.of(layer.name(), graph.add(node, layer, in), Axes.VECTOR, in.frames()));
    }

    private void reshape(OnnxNode node) throws DataException {
        OnnxTensor constant = graph.constant(node, 0);
        long[] asked = graph.integers(node, 1, "new shape");
        if (constant != null) {
            graph.put(out(node), constant.shaped(filled(node, asked, constant)));
            return;
        }
        OnnxValue in = graph.value(node, 0);
        if (asked.length < 2 || asked.length > 4) {
            throw node.unsupported("gives " + asked.length + " axes");
        }
        long[] target = asked.clone();
        List<Long> own = dimensions(in);
        for (int i = 0; i < target.length && !node.flag("allowzero", false); i++) {
            if (target[i] == 0 && i < own.size()) {
                target[i] = own.get(i);
            }
        }
        new Regrouping(graph, node, in, target, graph.timeSteps).apply();
    }

    /** With the one number that is left open. */
    private static List<Long> filled(OnnxNode node, long[] asked, OnnxTensor constant) throws DataException {
        long known = 1;
        for (long size : asked) {
            if (size < -1 || size > Integer.MAX_VALUE) {
                throw node.corrupt("gives an axis of " + size);
            }
            known = size < 1 ? known : Math.min(known * size, Integer.MAX_VALUE);
        }
        List<Long> all = new ArrayList<>();
        long product = 1;
        for (int i = 0; i < asked.length; i++) {
            long size = asked[i] == 0 ? constant.dimension(i) : asked[i] == -1 ? constant.size() / known : asked[i];
            all.add(size);
            product = Math.min(product * size, Integer.MAX_VALUE);
        }
        if (product != constant.size()) {
            throw node.corrupt("makes " + all + " of " + constant.size() + " numbers");
        }
        return all;
    }

    /** What ONNX calls the shape. */
    private static List<Long> dimensions(OnnxValue in) {
        Shape shape = in.shape();
        return in.isImage()
                ? List.of(SAMPLES, (long) shape.channels(), (long) shape.height(), (long) shape.width())
                : in.isVector() ? List.of(SAMPLES, (long) shape.size()) : List.of(SAMPLES);
    }

    /** Axes of one that go or come. */
    private void axes(OnnxNode node, boolean more) throws DataException {
        long[] axes = node.hasInput(1) ? graph.integers(node, 1, "axes") : null;
        OnnxTensor constant = graph.constant(node, 0);
        if (constant != null) {
            constantAxes(node, constant, axes, more);
            return;
        }
        OnnxValue in = graph.value(node, 0);
        int rank = in.isImage() || in.axes() == Axes.ALL_STEPS || (more && in.isVector()) ? 4 : 3;
        List<Long> at = axes == null
                ? List.of()
                : LongStream.of(axes)
                        .map(axis -> axis < 0 ? axis + rank : axis)
                        .sorted()
                        .boxed()
                        .toList();
        if (!more && in.axes() == Axes.ALL_STEPS && at.equals(List.of(1L))) {
            graph.put(out(node), in.with(Axes.FRAMES_FIRST));
        } else if (!more && in.axes() == Axes.LAST_STEP && at.equals(List.of(0L))) {
            graph.put(out(node), in.with(Axes.VECTOR));
        } else if (in.shape().isVector() && at.equals(List.of(2L, 3L)) && (more ? in.isVector() : in.isImage())) {
            graph.put(out(node), in.with(more ? Axes.IMAGE : Axes.VECTOR));
        } else {
            throw node.unsupported("has other axes than those of images of one pixel");
        }
    }

    private void constantAxes(OnnxNode node, OnnxTensor constant, long[] axes, boolean more) throws DataException {
        if (axes == null || axes.length > MOST_NUMBERS || constant.rank() > MOST_NUMBERS) {
            throw node.unsupported("says no axes");
        }
        int rank = more ? constant.rank() + axes.length : constant.rank();
        long[] sorted = LongStream.of(axes)
                .map(axis -> axis < 0 ? axis + rank : axis)
                .sorted()
                .toArray();
        List<Long> dimensions = new ArrayList<>(constant.dimensions());
        for (int i = 0; i < sorted.length; i++) {
            int at = (int) (more ? sorted[i] : sorted[i] - i);
            if (sorted[i] < 0 || sorted[i] > MOST_NUMBERS || at < 0 || at > dimensions.size() - (more ? 0 : 1)) {
                throw node.corrupt("has no axis " + sorted[i]);
            }
            if (more) {
                dimensions.add(at, 1L);
            } else if (dimensions.remove(at) != 1) {
                throw node.corrupt("axis " + sorted[i] + " is not of size one");
            }
        }
        graph.put(out(node), constant.shaped(dimensions));
    }

    private void transpose(OnnxNode node) throws DataException {
        long[] order = node.integers("perm");
        OnnxTensor constant = graph.constant(node, 0);
        if (constant != null) {
            boolean swaps = constant.rank() == 2
                    && constant.isFloat()
                    && (order == null || Arrays.equals(order, new long[] {1, 0}));
            if (!swaps) {
                throw node.unsupported("lays a constant out in another order");
            }
            graph.put(
                    out(node),
                    OnnxTensor.of(
                            List.of(constant.dimension(1), constant.dimension(0)),
                            DenseOperations.transposed(constant)));
            return;
        }
        OnnxValue in = graph.value(node, 0);
        boolean frames = in.axes() == Axes.SEQUENCE || in.axes() == Axes.FRAMES_FIRST;
        if (frames && Arrays.equals(order, new long[] {1, 0, 2})) {
            graph.put(out(node), in.with(in.axes() == Axes.SEQUENCE ? Axes.FRAMES_FIRST : Axes.SEQUENCE));
        } else if (order != null
                && Arrays.equals(order, LongStream.range(0, order.length).toArray())) {
            graph.put(out(node), in);
        } else {
            throw node.unsupported("lays numbers out in another order");
        }
    }

    private void shape(OnnxNode node) throws DataException {
        OnnxValue in = graph.pending(node, 0);
        if ((!in.isImage() && !in.isVector())
                || in.frames()
                || in.edges() != null
                || node.has("start")
                || node.has("end")) {
            throw node.unsupported("is asked of something else than images and vectors");
        }
        long[] dimensions = dimensions(in).stream().mapToLong(Long::longValue).toArray();
        graph.put(out(node), OnnxTensor.ofIntegers(List.of((long) dimensions.length), dimensions));
    }

    /** Of a shape; or the last frame of a sequence. */
    private void gather(OnnxNode node) throws DataException {
        long[] at = graph.integers(node, 1, "places");
        if (graph.isValue(node, 0)) {
            throw node.unsupported("takes parts of a value of the network");
        }
        long[] numbers = graph.integers(node, 0, "numbers");
        if (node.integer("axis", 0) != 0 || at.length > MOST_NUMBERS || numbers.length > MOST_NUMBERS) {
            throw node.unsupported("takes parts of something else than a shape");
        }
        long[] taken = new long[at.length];
        for (int i = 0; i < at.length; i++) {
            long place = at[i] < 0 ? at[i] + numbers.length : at[i];
            if (place < 0 || place >= numbers.length) {
                throw node.corrupt("there is no number " + at[i]);
            }
            taken[i] = numbers[(int) place];
        }
        OnnxTensor places = graph.constant(node, 1);
        graph.put(out(node), OnnxTensor.ofIntegers(places.dimensions(), taken));
    }

    private void slice(OnnxNode node) throws DataException {
        if (graph.isValue(node, 0)) {
            throw node.unsupported("takes parts of a value of the network");
        }
        long[] numbers = graph.integers(node, 0, "numbers");
        long[] starts = graph.integers(node, 1, "starts");
        long[] ends = graph.integers(node, 2, "ends");
        if (starts.length != 1
                || ends.length != 1
                || node.hasInput(4)
                || graph.constant(node, 0).rank() != 1) {
            throw node.unsupported("takes parts of something else than a shape");
        }
        int from = place(starts[0], numbers.length);
        int to = Math.max(from, place(ends[0], numbers.length));
        graph.put(out(node), OnnxTensor.ofIntegers(List.of((long) (to - from)), Arrays.copyOfRange(numbers, from, to)));
    }

    private static int place(long at, int count) {
        return (int) Math.max(0, Math.min(count, at < 0 ? at + count : at));
    }

    /** Puts the numbers of shapes one behind the other. */
    static void concatIntegers(ImportedGraph graph, OnnxNode node) throws DataException {
        long[] all = new long[0];
        for (int i = 0; i < node.inputs().size(); i++) {
            long[] more = graph.integers(node, i, "numbers");
            if (all.length + more.length > MOST_NUMBERS) {
                throw node.unsupported("joins constants that are no shape");
            }
            int end = all.length;
            all = Arrays.copyOf(all, end + more.length);
            System.arraycopy(more, 0, all, end, more.length);
        }
        graph.put(out(node), OnnxTensor.ofIntegers(List.of((long) all.length), all));
    }

    /** Whether a number of a shape stands for the samples. */
    static boolean isSamples(long number) {
        return number == SAMPLES;
    }
}
