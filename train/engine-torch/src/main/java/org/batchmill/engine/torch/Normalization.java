package org.batchmill.engine.torch;

import java.util.List;
import org.batchmill.train.host.Handles;
import org.batchmill.train.network.Layer;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch norm by both rules. libtorch's keeps a rolling variance that is divided by n-1, ours one that is divided by n. Darknet's forward
 * pass is written out; its backward pass is libtorch's with the variance that was divided by n-1 and epsilon 1e-5, but for the gradient of
 * gamma, which has the forward pass's factor.
 */
final class Normalization implements Operation {

    private static final double DARKNET_FORWARD_EPSILON = 1e-6;
    private static final double DARKNET_BACKWARD_EPSILON = 1e-5;

    private final Layer.BatchNorm layer;
    private final boolean darknet;
    private final boolean frozen;
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
    /** Of darknet's last forward pass. */
    private Tensor input;

    private Tensor mean;
    private Tensor variance;

    /** @param frozen whether training leaves it as it is: then it goes by its rolling values */
    Normalization(Layer.BatchNorm layer, Parameters parameters, boolean frozen, Handles<Pointer> handles) {
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
        return darknet ? "darknet's batch norm" : "batch_norm";
    }

    @Override
    public boolean hasOwnGradient() {
        return darknet && !frozen;
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        boolean byBatch = pass.training() && !frozen;
        if (darknet) {
            return byBatch ? measured(x) : scaled(x, rollingMean, rollingVariance);
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

    private Tensor measured(Tensor x) {
        long[] axes = Layouts.axesBesideChannels(x);
        input = x;
        mean = x.mean(axes);
        variance = x.var(axes, true);
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

    private static Tensor forwardDeviation(Tensor variance) {
        return variance.sqrt().add(new Scalar(DARKNET_FORWARD_EPSILON));
    }

    @Override
    public void backward(Tensor gradient) {
        Tensor inverse = variance.add(new Scalar(DARKNET_BACKWARD_EPSILON)).rsqrt();
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
        if (input.requires_grad()) {
            Autograd.back(input, gradients.get0());
        }
        Autograd.back(gamma, gradients.get1().div(forwardDeviation(variance).mul(inverse)));
        Autograd.back(beta, gradients.get2());
        input = null;
    }
}
