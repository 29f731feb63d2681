package org.batchmill.engine.onednn;

import java.nio.FloatBuffer;
import java.util.List;
import org.batchmill.train.network.Layer.LocalResponseNorm;

/**
 * Local response normalisation across channels, on the host, because oneDNN knows odd windows only. With d = bias + alpha / size * sum
 * of x^2 over the window and y = x d^-beta, the gradient is dx = dy d^-beta - 2 alpha beta / size * x * (sum of dy y / d over the
 * windows that x is in).
 */
final class ResponseNormalisation {

    /** Pixels in one task of a thread: a column of channels over so many pixels stays in the cache. */
    private static final int STRIPE = 64;

    private final Compilation compilation;
    private final LocalResponseNorm layer;
    private final int channels;
    private final int pixels;
    private final int stripes;
    private final int below;
    private final int above;

    ResponseNormalisation(Compilation compilation, LocalResponseNorm layer, Tensor x) {
        this.compilation = compilation;
        this.layer = layer;
        long[] dimensions = x.dimensions();
        this.channels = (int) dimensions[1];
        this.pixels = (int) (dimensions[2] * dimensions[3]);
        this.stripes = (pixels + STRIPE - 1) / STRIPE;
        this.below = layer.size() / 2;
        this.above = layer.size() - 1 - below;
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
                (in, out, step) -> step.workers.run(rows * stripes, (part, worker) -> forward(part, in[0], out[0])));
        compilation.tape.record(y, gradient -> {
            Tensor dy = assembler.in(x.layout, gradient);
            Tensor dx = assembler.tensor("gradient", x.layout);
            assembler.host(
                    "response norm backward",
                    List.of(x, dy),
                    List.of(dx),
                    (in, out, step) ->
                            step.workers.run(rows * stripes, (part, worker) -> backward(part, in[0], in[1], out[0])));
            compilation.tape.add(x, dx);
        });
        return y;
    }

    private void forward(int part, FloatBuffer in, FloatBuffer out) {
        float[] x = read(part, in);
        float[] d = divisors(x);
        for (int i = 0; i < x.length; i++) {
            x[i] *= power(d[i]);
        }
        write(part, x, out);
    }

    private void backward(int part, FloatBuffer in, FloatBuffer gradient, FloatBuffer out) {
        float[] x = read(part, in);
        float[] dy = read(part, gradient);
        float[] d = divisors(x);
        float[] ratio = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            float power = power(d[i]);
            ratio[i] = dy[i] * x[i] * power / d[i];
            dy[i] *= power;
        }
        // A channel is in the windows of those channels that its own window mirrors.
        float[] sums = windowSums(ratio, above, below);
        float factor = 2 * layer.alpha() * layer.beta() / layer.size();
        for (int i = 0; i < x.length; i++) {
            dy[i] -= factor * x[i] * sums[i];
        }
        write(part, dy, out);
    }

    private float[] divisors(float[] x) {
        float[] squares = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            squares[i] = x[i] * x[i];
        }
        float[] d = windowSums(squares, below, above);
        float share = layer.alpha() / layer.size();
        for (int i = 0; i < d.length; i++) {
            d[i] = layer.bias() + share * d[i];
        }
        return d;
    }

    /** d^-beta; the usual beta of 3/4 needs two square roots only. */
    private float power(float d) {
        return (float)
                (layer.beta() == 0.75f ? 1 / (Math.sqrt(d) * Math.sqrt(Math.sqrt(d))) : Math.pow(d, -layer.beta()));
    }

    /** Sums over so many channels below and above each. */
    private float[] windowSums(float[] values, int downTo, int upTo) {
        int width = values.length / channels;
        float[] sums = new float[values.length];
        for (int c = 0; c < channels; c++) {
            int last = Math.min(channels - 1, c + upTo);
            for (int k = Math.max(0, c - downTo); k <= last; k++) {
                for (int i = 0; i < width; i++) {
                    sums[c * width + i] += values[k * width + i];
                }
            }
        }
        return sums;
    }

    private int width(int part) {
        return Math.min(STRIPE, pixels - part % stripes * STRIPE);
    }

    private int start(int part) {
        return part / stripes * channels * pixels + part % stripes * STRIPE;
    }

    /** The channels of a stripe of pixels, one after the other. */
    private float[] read(int part, FloatBuffer from) {
        int width = width(part);
        float[] values = new float[channels * width];
        for (int c = 0; c < channels; c++) {
            from.get(start(part) + c * pixels, values, c * width, width);
        }
        return values;
    }

    private void write(int part, float[] values, FloatBuffer to) {
        int width = width(part);
        for (int c = 0; c < channels; c++) {
            to.put(start(part) + c * pixels, values, c * width, width);
        }
    }
}
