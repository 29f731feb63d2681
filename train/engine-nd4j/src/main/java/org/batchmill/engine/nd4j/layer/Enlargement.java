package org.batchmill.engine.nd4j.layer;

import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.Placement;
import org.batchmill.engine.nd4j.plan.Row;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** Upsampling, on the host: each new pixel is the sum of at most two of a line, and of two lines, with weights. */
public final class Enlargement {

    private final Shape in;
    private final Placement from;
    private final Placement to;
    private final Axis vertical;
    private final Axis horizontal;

    public Enlargement(Layer.Upsample layer, Shape in, Placement from, Placement to) {
        this.in = in;
        this.from = from;
        this.to = to;
        boolean nearest = layer.mode() == Layer.Upsample.Mode.NEAREST;
        this.vertical = Axis.of(in.height(), layer.factorHeight(), nearest);
        this.horizontal = Axis.of(in.width(), layer.factorWidth(), nearest);
    }

    /** For each new place, the first and second old one that it is made of, and the second's share. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Axis(int[] first, int[] second, float[] share) {

        static Axis of(int size, int factor, boolean nearest) {
            Axis axis = new Axis(new int[size * factor], new int[size * factor], new float[size * factor]);
            for (int i = 0; i < size * factor; i++) {
                double place = nearest ? Math.floorDiv(i, factor) : Math.max(0, (i + .5) / factor - .5);
                axis.first[i] = (int) place;
                axis.second[i] = Math.min(size - 1, axis.first[i] + 1);
                axis.share[i] = (float) (place - axis.first[i]);
            }
            return axis;
        }

        int length() {
            return first.length;
        }
    }

    /** What is done for one old pixel that a new one is made of. */
    private interface Part {
        void run(int before, int after, float share);
    }

    private void parts(Part part) {
        int oldPlane = in.height() * in.width();
        int width = horizontal.length();
        for (int c = 0; c < in.channels(); c++) {
            for (int y = 0; y < vertical.length(); y++) {
                int top = c * oldPlane + vertical.first[y] * in.width();
                int bottom = c * oldPlane + vertical.second[y] * in.width();
                float down = vertical.share[y];
                for (int x = 0; x < width; x++) {
                    int after = (c * vertical.length() + y) * width + x;
                    float right = horizontal.share[x];
                    part.run(top + horizontal.first[x], after, (1 - down) * (1 - right));
                    part.run(top + horizontal.second[x], after, (1 - down) * right);
                    part.run(bottom + horizontal.first[x], after, down * (1 - right));
                    part.run(bottom + horizontal.second[x], after, down * right);
                }
            }
        }
    }

    public HostOp forward(long[] fromShape, long[] toShape) {
        HostOp op = new HostOp(
                "host_upsample",
                (ins, out, state) -> Row.each(from, state, row -> {
                    float[] before = row.read(ins[0]);
                    float[] after = new float[to.rowSize()];
                    parts((i, j, share) -> after[j] += share * before[i]);
                    row.of(to).write(out[0], after);
                }),
                toShape);
        op.differentiatedBy(
                (graph, inputs, outputs, gradients, needed) -> graph.add(backward(fromShape), gradients[0]));
        return op;
    }

    private HostOp backward(long[] fromShape) {
        return new HostOp(
                "host_upsample_bp",
                (ins, out, state) -> Row.each(to, state, row -> {
                    float[] after = row.read(ins[0]);
                    float[] before = new float[from.rowSize()];
                    parts((i, j, share) -> before[i] += share * after[j]);
                    row.of(from).write(out[0], before);
                }),
                fromShape);
    }
}
