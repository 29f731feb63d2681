package org.batchmill.engine.torch.layer;

import java.util.List;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.engine.torch.memory.Layouts;
import org.batchmill.engine.torch.memory.Parameters;
import org.batchmill.engine.torch.plan.Autograd;
import org.batchmill.engine.torch.plan.Operation;
import org.batchmill.engine.torch.plan.Pass;
import org.batchmill.train.engine.RankStatistics;
import org.batchmill.train.engine.SynchronizedNorm;
import org.batchmill.train.host.Handles;
import org.batchmill.train.network.Layer;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Batch norm by both rules. libtorch's keeps a rolling variance that is divided by n-1, ours one that is divided by n. Darknet's forward
 * pass is written out; its backward pass is libtorch's with the variance that was divided by n-1 and epsilon 1e-5, but for the gradient of
 * gamma, which has the forward pass's factor. A norm that goes by the rows of all ranks is written out in both directions.
 */
public final class Normalization implements Operation {

    private static final double DARKNET_FORWARD_EPSILON = 1e-6;
    private static final double DARKNET_BACKWARD_EPSILON = 1e-5;

    private final Layer.BatchNorm layer;
    private final boolean darknet;
    private final boolean frozen;
    /** Null where the norm goes by this program's rows. */
    private final SynchronizedNorm all;

    private final Tensor gamma;
    private final Tensor beta;
    private final Tensor rollingMean;
    private final Tensor rollingVariance;
    /**
     * The same memory, whose changes autograd does not count. It keeps rolling values for a backward pass that does not read them, and a
     * change of one view of the parameters is a change of all to it.
     */
    private final Tensor uncountedMean;

    private final Tensor uncountedVariance;
    private final TensorOptional optionalGamma;
    private final TensorOptional optionalBeta;
    private final TensorOptional optionalMean;
    private final TensorOptional optionalVariance;
    private final BoolPointer allGradients;
    /** Of the last forward pass that was written out; in float32, whatever narrower type came in. */
    private Tensor input;
    /** The same as it came in, which takes the gradient. */
    private Tensor source;

    private Tensor mean;
    private Tensor variance;
    private RankStatistics ranks;

    /**
     * @param frozen       whether training leaves it as it is: then it goes by its rolling values
     * @param synchronizes whether it goes by the rows of all ranks
     */
    public Normalization(
            Layer.BatchNorm layer,
            Parameters parameters,
            boolean frozen,
            boolean synchronizes,
            Handles<Pointer> handles) {
        this.all = synchronizes ? new SynchronizedNorm() : null;
        this.layer = layer;
        this.darknet = layer.rule() == Layer.BatchNorm.Rule.DARKNET;
        this.frozen = frozen;
        this.gamma = parameters.get(layer.name() + "/gamma").value;
        this.beta = parameters.get(layer.name() + "/beta").value;
        this.rollingMean = parameters.get(layer.name() + "/mean").value;
        this.rollingVariance = parameters.get(layer.name() + "/variance").value;
        this.uncountedMean = handles.keep(new Tensor(rollingMean.variable_data()));
        this.uncountedVariance = handles.keep(new Tensor(rollingVariance.variable_data()));
        this.optionalGamma = handles.keep(new TensorOptional(gamma));
        this.optionalBeta = handles.keep(new TensorOptional(beta));
        this.optionalMean = handles.keep(new TensorOptional(rollingMean));
        this.optionalVariance = handles.keep(new TensorOptional(rollingVariance));
        this.allGradients =
                handles.keep(new BoolPointer(3).put(0, true).put(1, true).put(2, true));
    }

    @Override
    public String describe() {
        return (darknet ? "darknet's batch norm" : "batch_norm") + (all == null ? "" : " over all ranks");
    }

    @Override
    public boolean needsOutput() {
        return false;
    }

    @Override
    public boolean hasOwnGradient() {
        return (darknet || all != null) && !frozen;
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        boolean byBatch = pass.training() && !frozen;
        if (byBatch && (darknet || all != null)) {
            return measured(x, pass.ranks());
        }
        if (darknet) {
            return scaled(x, rollingMean, rollingVariance);
        }
        if (!byBatch) {
            return batchNorm(x, false);
        }
        double count = (double) x.numel() / gamma.numel();
        double momentum = layer.momentum();
        if (count == 1) {
            // Divided by n-1 there is no variance; divided by n it is 0.
            Tensor kept = rollingVariance.mul(new Scalar(momentum));
            Tensor y = batchNorm(x, true);
            uncountedVariance.copy_(kept);
            return y;
        }
        Tensor kept = rollingVariance.mul(new Scalar(momentum / count));
        Tensor y = batchNorm(x, true);
        uncountedVariance.mul_(new Scalar((count - 1) / count)).add_(kept);
        return y;
    }

    private Tensor batchNorm(Tensor x, boolean byBatch) {
        return torch.batch_norm(
                x,
                optionalGamma,
                optionalBeta,
                optionalMean,
                optionalVariance,
                byBatch,
                1 - (double) layer.momentum(),
                layer.epsilon(),
                true);
    }

    private Tensor measured(Tensor given, RankStatistics its) {
        // What autocast leaves in bfloat16 would make its means of 8 bits, too.
        Tensor x = given.to(ScalarType.Float);
        long[] axes = Layouts.axesBesideChannels(x);
        input = x;
        source = given;
        ranks = its;
        mean = x.mean(axes);
        variance = x.var(axes, darknet && all == null);
        if (all != null) {
            float[] means = Tensors.values(mean);
            float[] variances = Tensors.values(variance);
            all.forward(ranks, x.numel() / gamma.numel(), means, variances);
            mean = perChannel(means);
            variance = perChannel(variances);
            if (darknet) {
                variance.mul_(new Scalar(all.count() / Math.max(1, all.count() - 1)));
            }
        }
        roll(uncountedMean, mean);
        roll(uncountedVariance, variance);
        return scaled(x, mean, variance);
    }

    private void roll(Tensor rolling, Tensor now) {
        rolling.mul_(new Scalar((double) layer.momentum())).add_(now, new Scalar(1 - (double) layer.momentum()));
    }

    private Tensor scaled(Tensor x, Tensor itsMean, Tensor itsVariance) {
        Tensor factor = gamma.div(forwardDeviation(itsVariance));
        return x.sub(Layouts.perChannel(itsMean, x))
                .mul(Layouts.perChannel(factor, x))
                .add(Layouts.perChannel(beta, x));
    }

    /** Values of our own where gamma is. */
    private Tensor perChannel(float[] values) {
        return gamma.detach().clone().copy_(Tensors.of(values, values.length));
    }

    private Tensor forwardDeviation(Tensor its) {
        return darknet
                ? its.sqrt().add(new Scalar(DARKNET_FORWARD_EPSILON))
                : its.add(new Scalar((double) layer.epsilon())).sqrt();
    }

    @Override
    public void backward(Tensor gradient) {
        Tensor inverse = variance.add(new Scalar(darknet ? DARKNET_BACKWARD_EPSILON : (double) layer.epsilon()))
                .rsqrt();
        if (all != null) {
            backward(gradient, inverse);
        } else {
            backwardAlone(gradient, inverse);
        }
        input = null;
        source = null;
    }

    /** The arithmetic is that of {@link SynchronizedNorm}. */
    private void backward(Tensor gradient, Tensor inverse) {
        long[] axes = Layouts.axesBesideChannels(input);
        Tensor normalized = input.sub(Layouts.perChannel(mean, input)).mul(Layouts.perChannel(inverse, input));
        Tensor byBeta = gradient.sum(axes);
        Tensor byGamma = gradient.mul(normalized).sum(axes);
        float[] gradients = Tensors.values(byBeta);
        float[] products = Tensors.values(byGamma);
        all.backward(ranks, gradients, products);
        if (source.requires_grad()) {
            Tensor centred = gradient.sub(Layouts.perChannel(perChannel(gradients), input))
                    .sub(normalized.mul(Layouts.perChannel(perChannel(products), input)));
            Tensor factor = gamma.detach().mul(inverse);
            Autograd.back(source, centred.mul(Layouts.perChannel(factor, input)).to(source));
        }
        Autograd.back(gamma, byGamma.div(forwardDeviation(variance).mul(inverse)));
        Autograd.back(beta, byBeta);
    }

    private void backwardAlone(Tensor gradient, Tensor inverse) {
        T_TensorTensorTensor_T gradients = torch.native_batch_norm_backward(
                gradient,
                input,
                optionalGamma,
                new TensorOptional(),
                new TensorOptional(),
                new TensorOptional(mean),
                new TensorOptional(inverse),
                true,
                0,
                allGradients);
        if (source.requires_grad()) {
            Autograd.back(source, gradients.get0().to(source));
        }
        Autograd.back(gamma, gradients.get1().div(forwardDeviation(variance).mul(inverse)));
        Autograd.back(beta, gradients.get2());
    }
}
