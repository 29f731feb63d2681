package org.batchmill.train.onnx;

import java.util.Arrays;
import org.batchmill.records.DataException;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;
import org.batchmill.train.onnx.OnnxValue.Axes;

/** The forms of ONNX's Reshape that have a meaning here: rows stay rows, or frames become sequences and sequences frames. */
final class Regrouping {

    private final ImportedGraph graph;
    private final OnnxNode node;
    private final OnnxValue in;
    private final long[] target;
    private final int timeSteps;

    /** @param target with the zeros replaced */
    Regrouping(ImportedGraph graph, OnnxNode node, OnnxValue in, long[] target, int timeSteps) {
        this.graph = graph;
        this.node = node;
        this.in = in;
        this.target = target;
        this.timeSteps = timeSteps;
    }

    void apply() throws DataException {
        for (long size : target) {
            if (size == 0 || (size < -1 && !ShapeOperations.isSamples(size)) || size > Integer.MAX_VALUE) {
                throw node.unsupported("gives an axis of " + size);
            }
        }
        long row = ImportedGraph.fitted(node, () -> in.shape().size());
        boolean rows = in.isImage() || in.isVector();
        if (!rows && in.axes() != Axes.SEQUENCE && in.axes() != Axes.IMAGES) {
            throw refusal();
        }
        if (target[0] == -1) {
            long rest = known();
            if (rest == row) {
                sameRows(row);
            } else if (in.frames() && rest == row * timeSteps) {
                sequences(row);
            } else {
                throw refusal();
            }
        } else if (ShapeOperations.isSamples(target[0]) || target[0] == graph.fixedSamples) {
            // A shape that was asked of rows has as many of them; a number says samples.
            boolean whole = !rows || (in.frames() && !ShapeOperations.isSamples(target[0]));
            fill(whole ? row * timeSteps : row);
            if (whole) {
                sequences(row);
            } else {
                sameRows(row);
            }
        } else {
            throw refusal();
        }
    }

    private DataException refusal() {
        String asked = Arrays.toString(target).replace(Long.toString(Long.MIN_VALUE), "samples");
        return node.unsupported("makes " + asked + " of rows of " + in.shape() + ", which mixes them");
    }

    /** The numbers behind the first axis, of which none is open. */
    private long known() throws DataException {
        long known = 1;
        for (int i = 1; i < target.length; i++) {
            if (target[i] < 1) {
                throw node.unsupported("leaves two axes open");
            }
            known = Math.min(known * target[i], Integer.MAX_VALUE);
        }
        return known;
    }

    /** Gives the open axis behind the first its size. */
    private void fill(long all) throws DataException {
        int open = 0;
        long known = 1;
        for (int i = 1; i < target.length; i++) {
            if (target[i] > 0) {
                known = Math.min(known * target[i], Integer.MAX_VALUE);
            } else if (open == 0 && target[i] == -1) {
                open = i;
            } else {
                throw node.unsupported("leaves two axes open");
            }
        }
        if (open > 0) {
            target[open] = all / known;
            known *= target[open];
        }
        if (known != all) {
            throw refusal();
        }
    }

    private void sameRows(long row) throws DataException {
        String out = node.outputs().get(0);
        OnnxValue flat = in.isImage() || in.isVector() ? in : in.with(in.shape().isVector() ? Axes.VECTOR : Axes.IMAGE);
        if (target.length == 3) {
            throw node.unsupported("gives three axes");
        }
        if (target.length == 2) {
            if (flat.shape().isVector()) {
                graph.put(out, flat.with(Axes.VECTOR));
                return;
            }
            Layer layer = new Layer.Flatten(graph.names.of(node, ""));
            graph.put(out, OnnxValue.of(layer.name(), graph.add(node, layer, flat), Axes.VECTOR, flat.frames()));
            return;
        }
        Shape shape = new Shape((int) target[1], (int) target[2], (int) target[3]);
        if (shape.equals(flat.shape())) {
            graph.put(out, flat.with(Axes.IMAGE));
            return;
        }
        if (shape.size() != row) {
            throw node.corrupt("makes " + shape + " of " + flat.shape());
        }
        Layer layer = new Layer.Reshape(graph.names.of(node, ""), shape);
        graph.put(out, OnnxValue.of(layer.name(), graph.add(node, layer, flat), Axes.IMAGE, flat.frames()));
    }

    private void sequences(long row) throws DataException {
        String out = node.outputs().get(0);
        if (target.length == 2 && in.shape().isVector()) {
            graph.put(out, in.with(Axes.FLAT_SEQUENCE));
        } else if (target.length == 3 && target[1] == timeSteps && target[2] == row) {
            graph.put(out, in.with(Axes.SEQUENCE));
        } else {
            throw node.unsupported("makes other sequences than one of frames");
        }
    }
}
