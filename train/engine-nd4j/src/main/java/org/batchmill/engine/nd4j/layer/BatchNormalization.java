package org.batchmill.engine.nd4j.layer;

import org.batchmill.engine.nd4j.memory.Floats;
import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.Placement;
import org.batchmill.engine.nd4j.plan.Step;
import org.batchmill.train.network.Layer.BatchNorm;
import org.nd4j.autodiff.samediff.SDVariable;

/** Batch normalization by both rules of {@link BatchNorm.Rule}, on the host. */
public final class BatchNormalization {

    private static final double DARKNET_FORWARD_EPSILON = 1e-6;
    private static final double DARKNET_BACKWARD_EPSILON = 1e-5;

    private final BatchNorm layer;
    private final Placement placement;
    private final ChannelMath math;
    private final int channels;

    public BatchNormalization(BatchNorm layer, Placement placement) {
        this.layer = layer;
        this.placement = placement;
        this.math = new ChannelMath(placement);
        this.channels = placement.channels();
    }

    /** From x, gamma, beta, rolling mean and rolling variance to y, by the rolling values. */
    public HostOp inference(long[] shape) {
        HostOp op = new HostOp(
                "host_batch_norm_inference",
                (in, out, state) -> {
                    float[] mean = in[3].copy();
                    float[] variance = in[4].copy();
                    normalize(in[0], in[1].copy(), in[2].copy(), mean, forwardFactors(variance), out[0], state);
                },
                shape);
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) -> {
            SDVariable[] by =
                    graph.add(rollingBackward(shape), gradients[0], inputs[0], inputs[1], inputs[3], inputs[4]);
            return new SDVariable[] {by[0], by[1], by[2], null, null};
        });
        return op;
    }

    /** The gradients of {@link #inference} by x, gamma and beta: mean and variance are constants there. */
    private HostOp rollingBackward(long[] shape) {
        return new HostOp(
                "host_batch_norm_inference_bp",
                (in, out, state) -> {
                    float[] factors = forwardFactors(in[4].copy());
                    float[] gamma = in[2].copy();
                    scaleGradients(in[0], in[1], in[3].copy(), factors, out[1], out[2], state);
                    for (int c = 0; c < channels; c++) {
                        factors[c] *= gamma[c];
                    }
                    math.map(in[0], factors, new float[channels], out[0], state.workers());
                },
                shape,
                vector(),
                vector());
    }

    /**
     * From x, gamma, beta, rolling mean and rolling variance to y, batch mean and batch variance; moves the rolling values, which
     * are read by nothing else in training.
     */
    public HostOp training(long[] shape) {
        HostOp op = new HostOp(
                "host_batch_norm",
                (in, out, state) -> {
                    float[] mean = mean(in[0], state);
                    float[] variance = variance(in[0], mean, state);
                    roll(in[3], mean);
                    roll(in[4], variance);
                    out[1].set(mean);
                    out[2].set(variance);
                    normalize(in[0], in[1].copy(), in[2].copy(), mean, forwardFactors(variance), out[0], state);
                },
                shape,
                vector(),
                vector());
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) -> {
            SDVariable[] by =
                    graph.add(trainingBackward(shape), gradients[0], inputs[0], inputs[1], outputs[1], outputs[2]);
            return new SDVariable[] {by[0], by[1], by[2], null, null};
        });
        return op;
    }

    /**
     * With n values in a channel, s the factor of the gradient and d = x - mean: dx = s gamma (dy - mean(dy)) - d s^3 gamma
     * mean(dy d). The reference program uses the same formulas of the biased variance with its variance.
     */
    private HostOp trainingBackward(long[] shape) {
        return new HostOp(
                "host_batch_norm_bp",
                (in, out, state) -> {
                    float[] gamma = in[2].copy();
                    float[] mean = in[3].copy();
                    float[] variance = in[4].copy();
                    double n = count();
                    double[][] sums =
                            scaleGradients(in[0], in[1], mean, forwardFactors(variance), out[1], out[2], state);
                    float[] byGradient = new float[channels];
                    float[] byInput = new float[channels];
                    float[] shift = new float[channels];
                    for (int c = 0; c < channels; c++) {
                        double factor = 1 / Math.sqrt(variance[c] + backwardEpsilon());
                        double slope = -factor * factor * factor * gamma[c] * sums[1][c] / n;
                        byGradient[c] = (float) (factor * gamma[c]);
                        byInput[c] = (float) slope;
                        shift[c] = (float) (-factor * gamma[c] * sums[0][c] / n - slope * mean[c]);
                    }
                    math.map(in[0], byGradient, in[1], byInput, shift, out[0], state.workers());
                },
                shape,
                vector(),
                vector());
    }

    /** Writes the gradients of gamma and beta; returns the sums of dy and of dy (x - mean). */
    private double[][] scaleGradients(
            Floats dy, Floats x, float[] mean, float[] factors, Floats byGamma, Floats byBeta, Step state) {
        double[] sum = math.sums(dy, state.workers());
        double[] product = math.products(dy, new float[channels], x, mean, state.workers());
        float[] gamma = new float[channels];
        float[] beta = new float[channels];
        for (int c = 0; c < channels; c++) {
            gamma[c] = (float) (product[c] * factors[c]);
            beta[c] = (float) sum[c];
        }
        byGamma.set(gamma);
        byBeta.set(beta);
        return new double[][] {sum, product};
    }

    private void normalize(Floats x, float[] gamma, float[] beta, float[] mean, float[] factors, Floats y, Step state) {
        float[] scale = new float[channels];
        float[] shift = new float[channels];
        for (int c = 0; c < channels; c++) {
            scale[c] = gamma[c] * factors[c];
            shift[c] = (float) (beta[c] - (double) mean[c] * scale[c]);
        }
        math.map(x, scale, shift, y, state.workers());
    }

    private float[] mean(Floats x, Step state) {
        double[] sums = math.sums(x, state.workers());
        float[] mean = new float[channels];
        for (int c = 0; c < channels; c++) {
            mean[c] = (float) (sums[c] / count());
        }
        return mean;
    }

    private float[] variance(Floats x, float[] mean, Step state) {
        double[] squares = math.products(x, mean, x, mean, state.workers());
        double divisor = darknet() ? Math.max(1, count() - 1) : count();
        float[] variance = new float[channels];
        for (int c = 0; c < channels; c++) {
            variance[c] = (float) (squares[c] / divisor);
        }
        return variance;
    }

    /** One over the standard deviation, as the forward pass divides by it. */
    private float[] forwardFactors(float[] variance) {
        float[] factors = new float[channels];
        for (int c = 0; c < channels; c++) {
            double deviation = darknet()
                    ? Math.sqrt(variance[c]) + DARKNET_FORWARD_EPSILON
                    : Math.sqrt(variance[c] + (double) layer.epsilon());
            factors[c] = (float) (1 / deviation);
        }
        return factors;
    }

    private double backwardEpsilon() {
        return darknet() ? DARKNET_BACKWARD_EPSILON : layer.epsilon();
    }

    private void roll(Floats rolling, float[] batch) {
        float[] values = rolling.copy();
        for (int c = 0; c < channels; c++) {
            values[c] = layer.momentum() * values[c] + (1 - layer.momentum()) * batch[c];
        }
        rolling.set(values);
    }

    private boolean darknet() {
        return layer.rule() == BatchNorm.Rule.DARKNET;
    }

    /** Values in a channel. */
    private double count() {
        return (double) placement.rows() * placement.pixels();
    }

    private long[] vector() {
        return new long[] {channels};
    }
}
