package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip_v2_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_elu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_elu_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_accurate;

import java.util.Locale;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.host.Purpose;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Layer.Activation;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.softmax_backward;
import org.bytedeco.dnnl.softmax_forward;

/**
 * Activations. Those whose derivative follows from their output are fused into the operation before, overwrite their input where they
 * stand alone, and need no input for the backward pass.
 */
public final class Activations {

    private final Compilation compilation;
    private final Assembler assembler;

    public Activations(Compilation compilation) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
    }

    /** oneDNN's algorithm and its two coefficients. */
    private record Function(int algorithm, float alpha, float beta, boolean fromOutput) {}

    private static Function function(Activation layer) {
        float alpha = layer.alpha();
        // With a falling branch the output does not tell on which side of 0 the input was.
        boolean rising = alpha >= 0;
        return switch (layer.function()) {
            case LINEAR -> new Function(dnnl_eltwise_linear, 1, 0, false);
            case RELU -> new Function(dnnl_eltwise_relu_use_dst_for_bwd, 0, 0, true);
            case RELU6 -> new Function(dnnl_eltwise_clip_v2_use_dst_for_bwd, 0, 6, true);
            case LEAKY_RELU ->
                rising
                        ? new Function(dnnl_eltwise_relu_use_dst_for_bwd, alpha, 0, true)
                        : new Function(dnnl_eltwise_relu, alpha, 0, false);
            case ELU ->
                rising
                        ? new Function(dnnl_eltwise_elu_use_dst_for_bwd, alpha, 0, true)
                        : new Function(dnnl_eltwise_elu, alpha, 0, false);
            case SIGMOID -> new Function(dnnl_eltwise_logistic_use_dst_for_bwd, 0, 0, true);
            case TANH -> new Function(dnnl_eltwise_tanh_use_dst_for_bwd, 0, 0, true);
            case SOFTMAX -> throw new IllegalArgumentException("softmax is not element-wise");
        };
    }

    /**
     * Whether the activation can be fused into the operation before it. Such activations never fall, so that the largest value of a
     * window stays the largest.
     */
    public static boolean fusable(Activation layer) {
        return layer.function() != ActivationFunction.SOFTMAX
                && layer.function() != ActivationFunction.LINEAR
                && function(layer).fromOutput();
    }

    static void fuse(Activation layer, post_ops into) {
        Function function = function(layer);
        into.append_eltwise(function.algorithm(), function.alpha(), function.beta());
    }

    static String name(Activation layer) {
        return layer.function().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** An activation that stands alone. */
    public Tensor forward(Activation layer, Signal in) {
        if (layer.function() == ActivationFunction.LINEAR) {
            return in.tensor();
        }
        if (layer.function() == ActivationFunction.SOFTMAX) {
            return softmax(in.vector(compilation));
        }
        return elementwise(name(layer), function(layer), in.tensor());
    }

    /** {@code x * multiply + add}. */
    public Tensor scale(float multiply, float add, Tensor x) {
        return elementwise("scale", new Function(dnnl_eltwise_linear, multiply, add, false), x);
    }

    private Tensor elementwise(String name, Function function, Tensor x) {
        boolean inPlace = x.overwritable && function.fromOutput() && compilation.purpose != Purpose.OBSERVE;
        Tensor y = inPlace ? x.as(x.layout) : assembler.tensor(name, x.layout);
        y.differentiable = x.differentiable;
        y.overwritable = false;
        eltwise_forward.primitive_desc description = forward(function, x);
        assembler
                .call(name, description, new eltwise_forward(description))
                .read(DNNL_ARG_SRC, x)
                .write(DNNL_ARG_DST, y)
                .add();
        compilation.tape.record(y, gradient -> {
            Tensor data = function.fromOutput() ? y : x;
            compilation.tape.add(x, backward(name, function, data, gradient));
        });
        return y;
    }

    private eltwise_forward.primitive_desc forward(Function function, Tensor x) {
        return new eltwise_forward.primitive_desc(
                Natives.cpu(),
                compilation.propagation(),
                function.algorithm(),
                x.layout,
                x.layout,
                function.alpha(),
                function.beta(),
                Assembler.attributes(),
                false);
    }

    /** The gradient before a fused activation, from its output and the gradient behind it. */
    Tensor backward(Activation layer, Tensor output, Tensor gradient) {
        return backward(name(layer), function(layer), output, gradient);
    }

    /** @param data the function's output or input, whichever its derivative follows from */
    private Tensor backward(String name, Function function, Tensor data, Tensor gradient) {
        Tensor dy = assembler.in(data.layout, gradient);
        Tensor dx = compilation.tape.mayChange(dy) ? dy : assembler.tensor("gradient", data.layout);
        eltwise_backward.primitive_desc description = new eltwise_backward.primitive_desc(
                Natives.cpu(),
                function.algorithm(),
                data.layout,
                data.layout,
                data.layout,
                function.alpha(),
                function.beta(),
                forward(function, data),
                Assembler.attributes(),
                false);
        assembler
                .call(name + " backward", description, new eltwise_backward(description))
                .read(function.fromOutput() ? DNNL_ARG_DST : DNNL_ARG_SRC, data)
                .read(DNNL_ARG_DIFF_DST, dy)
                .write(DNNL_ARG_DIFF_SRC, dx)
                .add();
        return dx;
    }

    private Tensor softmax(Tensor x) {
        Tensor y = assembler.tensor("softmax", x.layout);
        y.differentiable = x.differentiable;
        softmax_forward.primitive_desc forward = new softmax_forward.primitive_desc(
                Natives.cpu(),
                compilation.propagation(),
                dnnl_softmax_accurate,
                x.layout,
                y.layout,
                1,
                Assembler.attributes(),
                false);
        assembler
                .call("softmax", forward, new softmax_forward(forward))
                .read(DNNL_ARG_SRC, x)
                .write(DNNL_ARG_DST, y)
                .add();
        compilation.tape.record(y, gradient -> {
            Tensor dy = assembler.in(y.layout, gradient);
            Tensor dx = assembler.tensor("gradient", y.layout);
            softmax_backward.primitive_desc backward = new softmax_backward.primitive_desc(
                    Natives.cpu(),
                    dnnl_softmax_accurate,
                    dx.layout,
                    dy.layout,
                    y.layout,
                    1,
                    forward,
                    Assembler.attributes(),
                    false);
            assembler
                    .call("softmax backward", backward, new softmax_backward(backward))
                    .read(DNNL_ARG_DST, y)
                    .read(DNNL_ARG_DIFF_DST, dy)
                    .write(DNNL_ARG_DIFF_SRC, dx)
                    .add();
            compilation.tape.add(x, dx);
        });
        return y;
    }
}
