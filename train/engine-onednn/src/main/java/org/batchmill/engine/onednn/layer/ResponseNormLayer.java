package org.batchmill.engine.onednn.layer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.host.ResponseNormalization;
import org.batchmill.train.network.Layer.LocalResponseNorm;

/** {@link ResponseNormalization} on the host, because oneDNN knows odd windows only: a stripe of pixels, through all channels, at a time. */
public final class ResponseNormLayer {

    /** Pixels in one task of a thread: a column of channels over so many pixels stays in the cache. */
    private static final int STRIPE = 64;

    private final Compilation compilation;
    private final ResponseNormalization rule;
    private final int channels;
    private final int pixels;
    private final int stripes;
    private final Scratch[] scratch;

    public ResponseNormLayer(Compilation compilation, LocalResponseNorm layer, Tensor x) {
        this.compilation = compilation;
        long[] dimensions = x.dimensions();
        this.channels = (int) dimensions[1];
        this.rule = new ResponseNormalization(layer, channels);
        this.pixels = (int) (dimensions[2] * dimensions[3]);
        this.stripes = (pixels + STRIPE - 1) / STRIPE;
        this.scratch = new Scratch[compilation.workers];
        Arrays.setAll(scratch, worker -> new Scratch(channels * STRIPE));
    }

    public Tensor run(Tensor any) {
        Assembler assembler = compilation.assembler;
        Tensor x = compilation.convert(any, Layout.plain(any.dimensions()));
        Tensor y = assembler.tensor("output", x.layout);
        y.differentiable = x.differentiable;
        int rows = (int) x.rows();
        assembler.host(
                "response norm",
                List.of(x),
                List.of(y),
                (in, out, step) -> step.workers.run(
                        rows * stripes, (part, worker) -> forward(part, scratch[worker], in[0], out[0])));
        compilation.tape.record(y, gradient -> {
            Tensor dy = assembler.in(x.layout, gradient);
            Tensor dx = assembler.tensor("gradient", x.layout);
            assembler.host(
                    "response norm backward",
                    List.of(x, dy),
                    List.of(dx),
                    (in, out, step) -> step.workers.run(
                            rows * stripes, (part, worker) -> backward(part, scratch[worker], in[0], in[1], out[0])));
            compilation.tape.add(x, dx);
        });
        return y;
    }

    /** A thread's memory: values of a stripe, the channels one after the other. */
    private static final class Scratch {
        final float[] x;
        final float[] gradient;
        final ResponseNormalization.Scratch terms;

        Scratch(int count) {
            x = new float[count];
            gradient = new float[count];
            terms = new ResponseNormalization.Scratch(count);
        }
    }

    private void forward(int part, Scratch scratch, FloatBuffer in, FloatBuffer out) {
        read(part, in, scratch.x);
        rule.forward(scratch.x, width(part), scratch.terms);
        write(part, scratch.x, out);
    }

    private void backward(int part, Scratch scratch, FloatBuffer in, FloatBuffer gradient, FloatBuffer out) {
        read(part, in, scratch.x);
        read(part, gradient, scratch.gradient);
        rule.backward(scratch.x, scratch.gradient, width(part), scratch.terms);
        write(part, scratch.gradient, out);
    }

    private int width(int part) {
        return Math.min(STRIPE, pixels - part % stripes * STRIPE);
    }

    private int start(int part) {
        return part / stripes * channels * pixels + part % stripes * STRIPE;
    }

    private void read(int part, FloatBuffer from, float[] values) {
        int width = width(part);
        for (int c = 0; c < channels; c++) {
            from.get(start(part) + c * pixels, values, c * width, width);
        }
    }

    private void write(int part, float[] values, FloatBuffer to) {
        int width = width(part);
        for (int c = 0; c < channels; c++) {
            to.put(start(part) + c * pixels, values, c * width, width);
        }
    }
}
