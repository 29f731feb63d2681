package org.batchmill.engine.nd4j.plan;

import org.batchmill.train.network.Shape;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * How an activation lies in memory: [rows][channels][pixels], or [rows][pixels][channels] with the channels last. A vector of n
 * numbers is n channels of one pixel, and lies the same both ways.
 */
public record Placement(int rows, int channels, int pixels, boolean channelsLast) {

    public static Placement of(int rows, Shape shape, boolean channelsLast) {
        return new Placement(rows, shape.channels(), shape.height() * shape.width(), channelsLast);
    }

    public int rowSize() {
        return channels * pixels;
    }

    public int size() {
        return Math.multiplyExact(rows, rowSize());
    }

    /** Whether the memory holds the canonical order: channels, height, width. */
    boolean canonical() {
        return !channelsLast || channels == 1 || pixels == 1;
    }

    private Placement opposite() {
        return new Placement(rows, channels, pixels, !channelsLast);
    }

    /** The values of one row, given in canonical order, as they are placed. */
    public float[] fromCanonical(float[] row) {
        return canonical() ? row : transposed(row, channels, pixels);
    }

    /** The values of one row, given as they are placed, in canonical order. */
    public float[] toCanonical(float[] row) {
        return canonical() ? row : transposed(row, pixels, channels);
    }

    /** [m][n] as [n][m]. */
    private static float[] transposed(float[] values, int m, int n) {
        float[] result = new float[values.length];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                result[j * m + i] = values[i * n + j];
            }
        }
        return result;
    }

    /** Brings an activation to the opposite placement. */
    static HostOp transpose(Placement from, long[] fromShape, long[] toShape) {
        HostOp op = new HostOp(
                "host_transpose",
                (in, out, state) -> state.workers().run(from.rows, row -> {
                    int size = from.rowSize();
                    float[] values = new float[size];
                    in[0].read(row * size, values, size);
                    float[] placed = from.channelsLast
                            ? from.toCanonical(values)
                            : from.opposite().fromCanonical(values);
                    out[0].write(row * size, placed, size);
                }),
                toShape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) ->
                new SDVariable[] {graph.add(transpose(from.opposite(), toShape, fromShape), gradients[0])[0]});
        return op;
    }
}
