package org.batchmill.engine.onednn;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.batchmill.train.network.Layer.LocalResponseNorm;

/**
 * Local response normalization across channels, on the host, because oneDNN knows odd windows only. With d = bias + alpha / size * sum
 * of x^2 over the window and y = x d^-beta, the gradient is dx = dy d^-beta - 2 alpha beta / size * x * (sum of dy y / d over the
 * windows that x is in).
 */
final class ResponseNormalization {

    /** Pixels in one task of a thread: a column of channels over so many pixels stays in the cache. */
    private static final int STRIPE = 64;

    private final Compilation compilation;
    private final LocalResponseNorm layer;
    private final int channels;
    private final int pixels;
    private final int stripes;
    private final int below;
    private final int above;
    private final Scratch[] scratch;

    ResponseNormalization(Compilation compilation, LocalResponseNorm layer, Tensor x) {
        this.compilation = compilation;
        this.layer = layer;
        long[] dimensions = x.dimensions();
        this.channels = (int) dimensions[1];
        this.pixels = (int) (dimensions[2] * dimensions[3]);
        this.stripes = (pixels + STRIPE - 1) / STRIPE;
        this.below = layer.size() / 2;
        this.above = layer.size() - 1 - below;
        this.scratch = new Scratch[compilation.workers];
        Arrays.setAll(scratch, worker -> new Scratch(channels * STRIPE));
    }

    Tensor run(Tensor any) {
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
        final float[] terms;
        final float[] divisors;
        final float[] sums;

        Scratch(int count) {
            x = new float[count];
            gradient = new float[count];
            terms = new float[count];
            divisors = new float[count];
            sums = new float[count];
        }
    }

    private void forward(int part, Scratch scratch, FloatBuffer in, FloatBuffer out) {
        int width = width(part);
        float[] x = scratch.x;
        read(part, in, x);
        divisors(width, scratch);
        for (int i = 0; i < channels * width; i++) {
            x[i] *= power(scratch.divisors[i]);
        }
        write(part, x, out);
    }

    private void backward(int part, Scratch scratch, FloatBuffer in, FloatBuffer gradient, FloatBuffer out) {
        int width = width(part);
        float[] x = scratch.x;
        float[] dy = scratch.gradient;
        read(part, in, x);
        read(part, gradient, dy);
        divisors(width, scratch);
        float[] ratio = scratch.terms;
        for (int i = 0; i < channels * width; i++) {
            float d = scratch.divisors[i];
            float power = power(d);
            ratio[i] = dy[i] * x[i] * power / d;
            dy[i] *= power;
        }
        // A channel is in the windows of those channels that its own window mirrors.
        windowSums(ratio, width, above, below, scratch.sums);
        float factor = 2 * layer.alpha() * layer.beta() / layer.size();
        for (int i = 0; i < channels * width; i++) {
            dy[i] -= factor * x[i] * scratch.sums[i];
        }
        write(part, dy, out);
    }

    private void divisors(int width, Scratch scratch) {
        for (int i = 0; i < channels * width; i++) {
            scratch.terms[i] = scratch.x[i] * scratch.x[i];
        }
        windowSums(scratch.terms, width, below, above, scratch.divisors);
        float share = layer.alpha() / layer.size();
        for (int i = 0; i < channels * width; i++) {
            scratch.divisors[i] = layer.bias() + share * scratch.divisors[i];
        }
    }

    /** d^-beta; the usual beta of 3/4 needs two square roots only. */
    private float power(float d) {
        return (float)
                (layer.beta() == 0.75f ? 1 / (Math.sqrt(d) * Math.sqrt(Math.sqrt(d))) : Math.pow(d, -layer.beta()));
    }

    /** Sums over so many channels below and above each. */
    private void windowSums(float[] values, int width, int downTo, int upTo, float[] sums) {
        Arrays.fill(sums, 0, channels * width, 0);
        for (int c = 0; c < channels; c++) {
            int last = Math.min(channels - 1, c + upTo);
            for (int k = Math.max(0, c - downTo); k <= last; k++) {
                for (int i = 0; i < width; i++) {
                    sums[c * width + i] += values[k * width + i];
                }
            }
        }
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
