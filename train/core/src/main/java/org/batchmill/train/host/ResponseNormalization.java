package org.batchmill.train.host;

import java.util.Arrays;
import org.batchmill.train.network.Layer.LocalResponseNorm;

/**
 * Local response normalization across channels, on arrays. With d = bias + alpha / size * sum of x^2 over the window and y = x d^-beta,
 * the gradient is dx = dy d^-beta - 2 alpha beta / size * x * (sum of dy y / d over the windows that x is in). Stateless; arrays hold the
 * channels one after the other, each with the same number of values.
 */
public final class ResponseNormalization {

    private final LocalResponseNorm layer;
    private final int channels;
    private final int below;
    private final int above;

    public ResponseNormalization(LocalResponseNorm layer, int channels) {
        this.layer = layer;
        this.channels = channels;
        this.below = layer.size() / 2;
        this.above = layer.size() - 1 - below;
    }

    /** Memory for calculations on up to so many values; a thread's own. */
    public static final class Scratch {
        private final float[] terms;
        private final float[] divisors;
        private final float[] sums;

        public Scratch(int values) {
            terms = new float[values];
            divisors = new float[values];
            sums = new float[values];
        }
    }

    /**
     * @param x     [channels][width], becomes y
     * @param width values of a channel
     */
    public void forward(float[] x, int width, Scratch scratch) {
        divisors(x, width, scratch);
        for (int i = 0; i < channels * width; i++) {
            x[i] *= power(scratch.divisors[i]);
        }
    }

    /**
     * @param x     [channels][width]
     * @param dy    [channels][width], becomes dx
     * @param width values of a channel
     */
    public void backward(float[] x, float[] dy, int width, Scratch scratch) {
        divisors(x, width, scratch);
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
    }

    private void divisors(float[] x, int width, Scratch scratch) {
        for (int i = 0; i < channels * width; i++) {
            scratch.terms[i] = x[i] * x[i];
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
}
