package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward_data;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import java.nio.FloatBuffer;
import java.util.List;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.engine.SynchronizedNorm;
import org.batchmill.train.network.Layer.BatchNorm;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;

/**
 * Batch norm by both rules. oneDNN divides by sqrt(variance + epsilon) with the biased variance. Darknet's rule is brought to that form:
 * its forward pass is one with given values and the variance {@code (sqrt(v) + 1e-6)^2}, without epsilon; its backward pass is oneDNN's with
 * the variance that was divided by n-1 and epsilon 1e-5, but for the gradient of gamma, which has the forward pass's factor.
 */
public final class Normalization {

    private static final double DARKNET_FORWARD_EPSILON = 1e-6;

    /**
     * In place of an epsilon of 0: the channels that fill up a block have the variance 0, and with AVX2 oneDNN divides by theirs too. Added to
     * any other variance it is lost in rounding, and one over it is finite.
     */
    private static final float LEAST_EPSILON = Float.MIN_NORMAL;

    private static final float DARKNET_BACKWARD_EPSILON = 1e-5f;
    private static final int SCALED = dnnl_use_scale | dnnl_use_shift;

    private final Compilation compilation;
    private final Assembler assembler;
    private final BatchNorm layer;
    private final boolean darknet;
    private final Parameters.Entry gamma;
    private final Parameters.Entry beta;
    private final Parameters.Entry mean;
    private final Parameters.Entry variance;
    private final int channels;

    public Normalization(Compilation compilation, BatchNorm layer) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
        this.layer = layer;
        this.darknet = layer.rule() == BatchNorm.Rule.DARKNET;
        this.gamma = compilation.parameters.perChannel(layer.name() + "/gamma");
        this.beta = compilation.parameters.perChannel(layer.name() + "/beta");
        this.mean = compilation.parameters.perChannel(layer.name() + "/mean");
        this.variance = compilation.parameters.perChannel(layer.name() + "/variance");
        this.channels = gamma.parameter.size();
    }

    /** The norm by its rolling values as a factor and a summand for each channel. */
    record Fixed(Tensor scale, Tensor shift) {}

    /** Appends the norm by its rolling values to what is fused into a convolution. */
    Fixed fixed(post_ops into) {
        Fixed fixed = fixed((Parameters.Entry) null);
        into.append_binary(dnnl_binary_mul, fixed.scale().layout);
        into.append_binary(dnnl_binary_add, fixed.shift().layout);
        return fixed;
    }

    /**
     * The norm by its rolling values.
     *
     * @param biases of the convolution before it, which become part of the summands; null for none
     */
    Fixed fixed(Parameters.Entry biases) {
        memory.desc layout = Layout.plain(1, channels, 1, 1);
        Tensor scale = assembler.tensor(layer.name() + " factors", layout);
        Tensor shift = assembler.tensor(layer.name() + " summands", layout);
        assembler.host(
                "factors of " + layer.name(),
                biases == null
                        ? List.of(gamma.value, beta.value, mean.value, variance.value)
                        : List.of(gamma.value, beta.value, mean.value, variance.value, biases.value),
                List.of(scale, shift),
                (in, out, step) -> {
                    for (int c = 0; c < channels; c++) {
                        double factor = in[0].get(c) * forwardFactor(in[3].get(c));
                        double bias = biases == null ? 0 : in[4].get(c);
                        out[0].put(c, (float) factor);
                        out[1].put(c, (float) (in[1].get(c) + (bias - in[2].get(c)) * factor));
                    }
                });
        return new Fixed(scale, shift);
    }

    /** One over what the forward pass divides by. */
    private double forwardFactor(float its) {
        return 1 / (darknet ? Math.sqrt(its) + DARKNET_FORWARD_EPSILON : Math.sqrt(its + (double) layer.epsilon()));
    }

    /** Whether the norm goes by the batch: a frozen one goes by its rolling values in training too. */
    private boolean byBatch() {
        return compilation.trained(layer.name() + "/gamma");
    }

    /** Whether a relu can be fused into it, and its gradient into the norm's. */
    public boolean fusesRelu() {
        return byBatch() && !darknet && !compilation.spec.syncBatchNorm();
    }

    /** @param relu whether a relu is fused, where that {@link #fusesRelu can} be */
    public Tensor run(Tensor x, boolean relu) {
        Tensor y = byBatch() ? byBatch(x, relu) : byRolling(x);
        y.overwritable = true;
        return y;
    }

    private Tensor byRolling(Tensor x) {
        Tensor y = output(x);
        Tensor divisor = variance.value;
        if (darknet) {
            divisor = assembler.tensor("divisor", variance.value.layout);
            assembler.host(
                    "darknet's divisor",
                    List.of(variance.value),
                    List.of(divisor),
                    (in, out, step) -> divisors(in[0], out[0]));
        }
        forwardByGiven(x, mean.value, divisor, y);
        Tensor divided = divisor;
        compilation.tape.record(y, gradient -> {
            Tensor dy = assembler.in(x.layout, gradient);
            Tensor dx = compilation.tape.mayChange(dy) ? dy : assembler.tensor("gradient", x.layout);
            float epsilon = givenEpsilon();
            batch_normalization_backward.primitive_desc backward =
                    backward(dnnl_backward_data, x, epsilon, SCALED | dnnl_use_global_stats);
            assembler
                    .call("batch norm backward", backward, new batch_normalization_backward(backward))
                    .read(DNNL_ARG_SRC, x)
                    .read(DNNL_ARG_MEAN, mean.value)
                    .read(DNNL_ARG_VARIANCE, divided)
                    .read(DNNL_ARG_SCALE, gamma.value)
                    .read(DNNL_ARG_DIFF_DST, dy)
                    .write(DNNL_ARG_DIFF_SRC, dx)
                    // Nobody asks for these; oneDNN refuses the call without them.
                    .write(DNNL_ARG_DIFF_SCALE, assembler.tensor("unused gradient of gamma", gamma.value.layout))
                    .write(DNNL_ARG_DIFF_SHIFT, assembler.tensor("unused gradient of beta", beta.value.layout))
                    .add();
            compilation.tape.add(x, dx);
        });
        return y;
    }

    /** Darknet's divisor as the variance of a norm without epsilon. */
    private static void divisors(FloatBuffer variance, FloatBuffer to) {
        for (int c = 0; c < to.capacity(); c++) {
            double divisor = Math.sqrt(variance.get(c)) + DARKNET_FORWARD_EPSILON;
            to.put(c, (float) (divisor * divisor));
        }
    }

    private float epsilon() {
        return Math.max(layer.epsilon(), LEAST_EPSILON);
    }

    /** What is added where values are given: darknet's divisors have theirs in them. */
    private float givenEpsilon() {
        return darknet ? LEAST_EPSILON : epsilon();
    }

    private void forwardByGiven(Tensor x, Tensor means, Tensor variances, Tensor y) {
        forwardByGiven(x, givenEpsilon(), means, variances, gamma.value, beta.value, y);
    }

    private void forwardByGiven(
            Tensor x, float epsilon, Tensor means, Tensor variances, Tensor scale, Tensor shift, Tensor y) {
        batch_normalization_forward.primitive_desc description =
                forward(dnnl_forward_inference, x, epsilon, SCALED | dnnl_use_global_stats);
        assembler
                .call("batch norm by given values", description, new batch_normalization_forward(description))
                .read(DNNL_ARG_SRC, x)
                .read(DNNL_ARG_MEAN, means)
                .read(DNNL_ARG_VARIANCE, variances)
                .read(DNNL_ARG_SCALE, scale)
                .read(DNNL_ARG_SHIFT, shift)
                .write(DNNL_ARG_DST, y)
                .add();
    }

    private Tensor byBatch(Tensor x, boolean relu) {
        Tensor y = output(x);
        y.differentiable = true;
        Tensor batchMean = assembler.tensor("mean", mean.value.layout);
        Tensor batchVariance = assembler.tensor("variance", mean.value.layout);
        int flags = relu ? SCALED | dnnl_fuse_norm_relu : SCALED;
        batch_normalization_forward.primitive_desc description = forward(dnnl_forward_training, x, epsilon(), flags);
        Tensor signs = relu ? assembler.tensor("signs", description.workspace_desc()) : null;
        Assembler.Call call = assembler
                .call(
                        relu ? "batch norm + relu" : "batch norm",
                        description,
                        new batch_normalization_forward(description))
                .read(DNNL_ARG_SRC, x)
                .read(DNNL_ARG_SCALE, gamma.value)
                .read(DNNL_ARG_SHIFT, beta.value)
                .write(DNNL_ARG_MEAN, batchMean)
                .write(DNNL_ARG_VARIANCE, batchVariance)
                .write(DNNL_ARG_DST, y);
        if (relu) {
            call.write(DNNL_ARG_WORKSPACE, signs);
        }
        call.add();
        SynchronizedNorm all = compilation.spec.syncBatchNorm() ? synchronize(x, batchMean, batchVariance) : null;
        Tensor divisor = darknet ? darknetForward(x, batchMean, batchVariance, y, all) : null;
        if (all != null && !darknet) {
            forwardByGiven(x, batchMean, batchVariance, y);
        }
        assembler.host(
                "rolling values",
                List.of(batchMean, batchVariance),
                List.of(mean.value, variance.value),
                (in, out, step) -> {
                    roll(in[0], out[0]);
                    roll(in[1], out[1]);
                    step.parametersVersion++;
                });
        Statistics statistics = new Statistics(batchMean, batchVariance, divisor, signs, all);
        compilation.tape.record(y, gradient -> backward(x, gradient, statistics));
        return y;
    }

    /** Values in a channel. */
    private static long count(Tensor x) {
        long[] dimensions = x.dimensions();
        return dimensions[0] * dimensions[2] * dimensions[3];
    }

    /** Replaces what was measured of this rank's rows by what all ranks' rows come to. */
    private SynchronizedNorm synchronize(Tensor x, Tensor batchMean, Tensor batchVariance) {
        SynchronizedNorm all = new SynchronizedNorm();
        long count = count(x);
        assembler.host(
                "statistics of all ranks",
                List.of(batchMean, batchVariance),
                List.of(batchMean, batchVariance),
                (in, out, step) -> {
                    float[] means = values(in[0]);
                    float[] variances = values(in[1]);
                    all.forward(step.ranks, count, means, variances);
                    out[0].put(0, means);
                    out[1].put(0, variances);
                });
        return all;
    }

    private float[] values(FloatBuffer perChannel) {
        float[] values = new float[channels];
        perChannel.get(0, values);
        return values;
    }

    /**
     * Replaces the biased variance by the one divided by n-1, and the output by darknet's; returns the divisors used.
     *
     * @param all null where the norm goes by this program's rows
     */
    private Tensor darknetForward(Tensor x, Tensor batchMean, Tensor batchVariance, Tensor y, SynchronizedNorm all) {
        long own = count(x);
        Tensor divisor = assembler.tensor("divisor", batchVariance.layout);
        assembler.host(
                "darknet's variance", List.of(batchVariance), List.of(batchVariance, divisor), (in, out, step) -> {
                    double count = all == null ? own : all.count();
                    double correction = count / Math.max(1, count - 1);
                    for (int c = 0; c < channels; c++) {
                        out[0].put(c, (float) (in[0].get(c) * correction));
                    }
                    divisors(out[0], out[1]);
                });
        forwardByGiven(x, batchMean, divisor, y);
        return divisor;
    }

    private void roll(FloatBuffer batch, FloatBuffer rolling) {
        for (int c = 0; c < channels; c++) {
            rolling.put(c, layer.momentum() * rolling.get(c) + (1 - layer.momentum()) * batch.get(c));
        }
    }

    /**
     * What the forward pass leaves to the backward pass.
     *
     * @param divisor darknet's, null for the standard rule
     * @param signs   of what went into a fused relu, null for none
     * @param all     null where the norm goes by this program's rows
     */
    private record Statistics(Tensor mean, Tensor variance, Tensor divisor, Tensor signs, SynchronizedNorm all) {}

    private void backward(Tensor x, Tensor gradient, Statistics its) {
        Tensor dy = assembler.in(x.layout, gradient);
        Tensor dx = compilation.tape.mayChange(dy) ? dy : assembler.tensor("gradient", x.layout);
        Tensor byGamma = compilation.gradientTarget(gamma, gamma.value.layout);
        Tensor byBeta = compilation.gradientTarget(beta, beta.value.layout);
        float epsilon = darknet ? DARKNET_BACKWARD_EPSILON : epsilon();
        int flags = SCALED;
        if (its.signs() != null) {
            flags |= dnnl_fuse_norm_relu;
        }
        if (its.all() != null) {
            // oneDNN leaves the means out then, which are those of all rows and are taken off below.
            flags |= dnnl_use_global_stats;
        }
        batch_normalization_backward.primitive_desc description = backward(dnnl_backward, x, epsilon, flags);
        Assembler.Call call = assembler
                .call("batch norm backward", description, new batch_normalization_backward(description))
                .read(DNNL_ARG_SRC, x)
                .read(DNNL_ARG_MEAN, its.mean())
                .read(DNNL_ARG_VARIANCE, its.variance())
                .read(DNNL_ARG_SCALE, gamma.value)
                .read(DNNL_ARG_DIFF_DST, dy)
                .write(DNNL_ARG_DIFF_SRC, dx)
                .write(DNNL_ARG_DIFF_SCALE, byGamma)
                .write(DNNL_ARG_DIFF_SHIFT, byBeta);
        if (its.signs() != null) {
            call.read(DNNL_ARG_WORKSPACE, its.signs());
        }
        call.add();
        Tensor means = its.all() == null ? null : meansOff(x, epsilon, byGamma, byBeta, its);
        if (darknet) {
            assembler.host(
                    "darknet's gradient of gamma",
                    List.of(its.variance(), its.divisor()),
                    List.of(byGamma),
                    (in, out, step) -> {
                        for (int c = 0; c < channels; c++) {
                            double ratio = Math.sqrt((in[0].get(c) + (double) epsilon) / in[1].get(c));
                            out[0].put(c, (float) (out[0].get(c) * ratio));
                        }
                    });
        }
        compilation.gradientWritten(gamma, byGamma);
        compilation.gradientWritten(beta, byBeta);
        compilation.tape.add(x, dx);
        if (means != null) {
            compilation.tape.add(x, means);
        }
    }

    /**
     * What is to be added to the gradient of the input because the norm went by the rows of all ranks: another norm of the input, by the
     * same statistics, with {@code -gamma / deviation} times the mean of dy x^ as its factor and of dy as its summand.
     */
    private Tensor meansOff(Tensor x, float epsilon, Tensor byGamma, Tensor byBeta, Statistics its) {
        Tensor scale = assembler.tensor("means of dy x^", gamma.value.layout);
        Tensor shift = assembler.tensor("means of dy", gamma.value.layout);
        assembler.host(
                "means of all ranks",
                List.of(byBeta, byGamma, gamma.value, its.variance()),
                List.of(shift, scale),
                (in, out, step) -> {
                    float[] gradient = values(in[0]);
                    float[] normalized = values(in[1]);
                    its.all().backward(step.ranks, gradient, normalized);
                    for (int c = 0; c < channels; c++) {
                        double factor = -in[2].get(c) / Math.sqrt(in[3].get(c) + (double) epsilon);
                        out[0].put(c, (float) (factor * gradient[c]));
                        out[1].put(c, (float) (factor * normalized[c]));
                    }
                });
        Tensor means = assembler.tensor("means off", x.layout);
        forwardByGiven(x, epsilon, its.mean(), its.variance(), scale, shift, means);
        return means;
    }

    private Tensor output(Tensor x) {
        Tensor y = assembler.tensor("output", x.layout);
        y.differentiable = x.differentiable;
        return y;
    }

    private batch_normalization_forward.primitive_desc forward(int propagation, Tensor x, float epsilon, int flags) {
        return new batch_normalization_forward.primitive_desc(
                Natives.cpu(), propagation, x.layout, x.layout, epsilon, flags, Assembler.attributes(), false);
    }

    private batch_normalization_backward.primitive_desc backward(int propagation, Tensor x, float epsilon, int flags) {
        return new batch_normalization_backward.primitive_desc(
                Natives.cpu(),
                propagation,
                x.layout,
                x.layout,
                x.layout,
                epsilon,
                flags,
                forward(dnnl_forward_training, x, epsilon, flags),
                Assembler.attributes(),
                false);
    }
}
