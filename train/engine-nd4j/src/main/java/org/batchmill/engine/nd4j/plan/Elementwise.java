package org.batchmill.engine.nd4j.plan;

import org.batchmill.engine.nd4j.memory.Floats;
import org.batchmill.train.engine.StepRandom;
import org.batchmill.train.host.Workers;
import org.nd4j.autodiff.samediff.SDVariable;

/** Host operations that take each value alone: sums, scales, masks and noise. */
public final class Elementwise {

    /** Values that one task of a thread takes: enough to make up for starting it. */
    private static final int PART = 16 * Floats.BLOCK;

    private Elementwise() {}

    /** What is done to a block of values. */
    private interface BlockWork {
        void run(int from, int count);
    }

    private static void blocks(Workers workers, int length, BlockWork work) {
        int parts = (length + PART - 1) / PART;
        workers.run(parts, part -> {
            int end = Math.min(length, (part + 1) * PART);
            for (int from = part * PART; from < end; from += Floats.BLOCK) {
                work.run(from, Math.min(Floats.BLOCK, end - from));
            }
        });
    }

    /** {@code a + b}. */
    public static HostOp sum(long[] shape) {
        HostOp op = new HostOp("host_add", (in, out, state) -> add(in[0], in[1], out[0], state.workers()), shape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) ->
                new SDVariable[] {needed[0] ? gradients[0] : null, needed[1] ? gradients[0] : null});
        return op;
    }

    public static void add(Floats a, Floats b, Floats to, Workers workers) {
        blocks(workers, to.length(), (from, count) -> {
            float[] x = new float[count];
            float[] y = new float[count];
            a.read(from, x, count);
            b.read(from, y, count);
            for (int i = 0; i < count; i++) {
                x[i] += y[i];
            }
            to.write(from, x, count);
        });
    }

    /** {@code x * multiply + add}. */
    public static HostOp affine(float multiply, float add, long[] shape) {
        HostOp op = new HostOp(
                "host_affine",
                (in, out, state) -> blocks(state.workers(), out[0].length(), (from, count) -> {
                    float[] x = new float[count];
                    in[0].read(from, x, count);
                    for (int i = 0; i < count; i++) {
                        x[i] = x[i] * multiply + add;
                    }
                    out[0].write(from, x, count);
                }),
                shape);
        op.differentiatedBy(
                (graph, inputs, outputs, gradients, needed) -> graph.add(affine(multiply, 0, shape), gradients[0]));
        return op;
    }

    /** {@code a * b}; only {@code a} is differentiated. */
    public static HostOp product(long[] shape) {
        HostOp op = new HostOp(
                "host_multiply",
                (in, out, state) -> blocks(state.workers(), out[0].length(), (from, count) -> {
                    float[] x = new float[count];
                    float[] y = new float[count];
                    in[0].read(from, x, count);
                    in[1].read(from, y, count);
                    for (int i = 0; i < count; i++) {
                        x[i] *= y[i];
                    }
                    out[0].write(from, x, count);
                }),
                shape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) ->
                new SDVariable[] {graph.add(product(shape).inPlaceOf(0), gradients[0], inputs[1])[0], null});
        return op;
    }

    /** The mask of a dropout layer: 0 or {@code 1 / (1 - rate)}. */
    public static HostOp dropoutMask(String layer, float rate, Placement placement, long[] shape) {
        return random(
                "host_dropout_mask",
                layer,
                (random, first, values) -> random.dropoutMask(first, values, rate),
                placement,
                shape);
    }

    /** Normal noise. */
    public static HostOp noise(String layer, float deviation, Placement placement, long[] shape) {
        return random(
                "host_noise",
                layer,
                (random, first, values) -> random.noise(first, values, deviation),
                placement,
                shape);
    }

    private interface Draw {
        void fill(StepRandom random, long first, float[] values);
    }

    /** Draws in the canonical order of a sample's values, whatever their placement in memory, so that every engine gives the same. */
    private static HostOp random(String operation, String layer, Draw draw, Placement placement, long[] shape) {
        return new HostOp(
                operation,
                (in, out, state) -> state.workers().run(placement.rows(), row -> {
                    StepRandom random = new StepRandom(
                            state.seed(),
                            state.context().step(),
                            state.context().microStep(),
                            layer);
                    int size = placement.rowSize();
                    float[] values = new float[size];
                    // A sample of several frames has as many of the placement's rows.
                    long first = (long) state.context().firstRow() * (placement.rows() / state.rows()) + row;
                    draw.fill(random, first * size, values);
                    float[] placed = placement.fromCanonical(values);
                    out[0].write(row * size, placed, size);
                }),
                shape);
    }

    /** Multiplies every pixel of every channel by the pixel's factor. */
    public static HostOp scalePixels(float[] factors, Placement placement, long[] shape) {
        HostOp op = new HostOp(
                "host_scale_pixels",
                (in, out, state) -> state.workers().run(placement.rows(), row -> {
                    int size = placement.rowSize();
                    float[] values = new float[size];
                    in[0].read(row * size, values, size);
                    for (int i = 0; i < size; i++) {
                        int pixel = placement.channelsLast() ? i / placement.channels() : i % factors.length;
                        values[i] *= factors[pixel];
                    }
                    out[0].write(row * size, values, size);
                }),
                shape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) ->
                graph.add(scalePixels(factors, placement, shape), gradients[0]));
        return op;
    }
}
