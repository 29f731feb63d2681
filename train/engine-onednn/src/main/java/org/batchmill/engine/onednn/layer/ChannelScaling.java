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
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward_data;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.network.Layer.ChannelScale;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;

/** A factor a channel, and a summand: a batch norm by given values, with the mean 0, the variance 0 and an epsilon of 1. */
public final class ChannelScaling {

    private final Compilation compilation;
    private final Assembler assembler;
    private final int flags;
    private final boolean trained;
    private final Parameters.Entry gamma;
    /** Null without. */
    private final Parameters.Entry beta;

    public ChannelScaling(Compilation compilation, ChannelScale layer) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
        this.gamma = compilation.parameters.perChannel(layer.name() + "/gamma");
        this.beta = layer.shift() ? compilation.parameters.perChannel(layer.name() + "/beta") : null;
        this.trained = compilation.trained(layer.name() + "/gamma");
        this.flags = dnnl_use_global_stats | dnnl_use_scale | (layer.shift() ? dnnl_use_shift : 0);
    }

    public Tensor run(Tensor x) {
        Tensor zeros = assembler.constant("zeros", gamma.value.layout);
        Tensor y = assembler.tensor("output", x.layout);
        y.differentiable = x.differentiable || trained;
        y.overwritable = true;
        batch_normalization_forward.primitive_desc forward = forward(compilation.propagation(), x);
        Assembler.Call call = assembler
                .call("channel scale", forward, new batch_normalization_forward(forward))
                .read(DNNL_ARG_SRC, x)
                .read(DNNL_ARG_MEAN, zeros)
                .read(DNNL_ARG_VARIANCE, zeros)
                .read(DNNL_ARG_SCALE, gamma.value);
        if (beta != null) {
            call.read(DNNL_ARG_SHIFT, beta.value);
        }
        call.write(DNNL_ARG_DST, y).add();
        compilation.tape.record(y, gradient -> backward(x, zeros, gradient));
        return y;
    }

    private void backward(Tensor x, Tensor zeros, Tensor gradient) {
        Tensor dy = assembler.in(x.layout, gradient);
        Tensor dx = compilation.tape.mayChange(dy) ? dy : assembler.tensor("gradient", x.layout);
        batch_normalization_backward.primitive_desc backward = new batch_normalization_backward.primitive_desc(
                Natives.cpu(),
                trained ? dnnl_backward : dnnl_backward_data,
                x.layout,
                x.layout,
                x.layout,
                1,
                flags,
                forward(dnnl_forward_training, x),
                Assembler.attributes(),
                false);
        Assembler.Call call = assembler
                .call("channel scale backward", backward, new batch_normalization_backward(backward))
                .read(DNNL_ARG_SRC, x)
                .read(DNNL_ARG_MEAN, zeros)
                .read(DNNL_ARG_VARIANCE, zeros)
                .read(DNNL_ARG_SCALE, gamma.value)
                .read(DNNL_ARG_DIFF_DST, dy)
                .write(DNNL_ARG_DIFF_SRC, dx);
        // oneDNN refuses the call without their gradients, whether anybody asks for them or not.
        Tensor byGamma = target(gamma);
        call.write(DNNL_ARG_DIFF_SCALE, byGamma);
        Tensor byBeta = beta == null ? null : target(beta);
        if (beta != null) {
            call.write(DNNL_ARG_DIFF_SHIFT, byBeta);
        }
        call.add();
        if (trained) {
            compilation.gradientWritten(gamma, byGamma);
        }
        if (trained && beta != null) {
            compilation.gradientWritten(beta, byBeta);
        }
        compilation.tape.add(x, dx);
    }

    private Tensor target(Parameters.Entry entry) {
        return trained
                ? compilation.gradientTarget(entry, entry.value.layout)
                : assembler.tensor("unused gradient of " + entry.parameter.name(), entry.value.layout);
    }

    private batch_normalization_forward.primitive_desc forward(int propagation, Tensor x) {
        return new batch_normalization_forward.primitive_desc(
                Natives.cpu(), propagation, x.layout, x.layout, 1, flags, Assembler.attributes(), false);
    }
}
