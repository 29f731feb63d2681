package org.batchmill.engine.nd4j;

import org.batchmill.train.network.Layer.LocalResponseNorm;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Local response normalization across channels, on the host. With d = bias + alpha / size * sum of x^2 over the window and y = x
 * d^-beta, the gradient is dx = dy d^-beta - 2 alpha beta / size * x * sum over the windows that x is in of dy y / d.
 */
final class ResponseNormalization {

    private final LocalResponseNorm layer;
    private final Placement placement;

    ResponseNormalization(LocalResponseNorm layer, Placement placement) {
        this.layer = layer;
        this.placement = placement;
    }

    HostOp forward(long[] shape) {
        HostOp op = new HostOp(
                "host_lrn",
                (in, out, state) -> Row.each(placement, state, row -> {
                    float[] x = row.read(in[0]);
                    float[] d = denominators(x);
                    for (int i = 0; i < x.length; i++) {
                        x[i] *= (float) power(d[i]);
                    }
                    row.write(out[0], x);
                }),
                shape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) ->
                new SDVariable[] {graph.add(backward(shape), gradients[0], inputs[0])[0]});
        return op;
    }

    private HostOp backward(long[] shape) {
        return new HostOp(
                "host_lrn_bp",
                (in, out, state) -> Row.each(placement, state, row -> {
                    float[] dy = row.read(in[0]);
                    float[] x = row.read(in[1]);
                    float[] d = denominators(x);
                    float[] ratio = new float[x.length];
                    for (int i = 0; i < x.length; i++) {
                        float power = (float) power(d[i]);
                        ratio[i] = dy[i] * x[i] * power / d[i];
                        dy[i] *= power;
                    }
                    // A channel is in the windows of the channels that mirror its own window.
                    float[] sums = windowSums(ratio, layer.size() - 1 - layer.size() / 2, layer.size() / 2);
                    float factor = 2 * layer.alpha() * layer.beta() / layer.size();
                    for (int i = 0; i < x.length; i++) {
                        dy[i] -= factor * x[i] * sums[i];
                    }
                    row.write(out[0], dy);
                }),
                shape);
    }

    private float[] denominators(float[] x) {
        float[] squares = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            squares[i] = x[i] * x[i];
        }
        float[] d = windowSums(squares, layer.size() / 2, layer.size() - 1 - layer.size() / 2);
        for (int i = 0; i < d.length; i++) {
            d[i] = layer.bias() + layer.alpha() / layer.size() * d[i];
        }
        return d;
    }

    /** d^-beta; the usual beta of 3/4 needs two square roots only. */
    private double power(float d) {
        return layer.beta() == 0.75f ? 1 / (Math.sqrt(d) * Math.sqrt(Math.sqrt(d))) : Math.pow(d, -layer.beta());
    }

    /** Sums over so many channels below and above each, in canonical order. */
    private float[] windowSums(float[] values, int below, int above) {
        int plane = placement.pixels();
        int channels = placement.channels();
        float[] sums = new float[values.length];
        for (int c = 0; c < channels; c++) {
            int to = c * plane;
            int last = Math.min(channels - 1, c + above);
            for (int k = Math.max(0, c - below); k <= last; k++) {
                int from = k * plane;
                for (int i = 0; i < plane; i++) {
                    sums[to + i] += values[from + i];
                }
            }
        }
        return sums;
    }
}
