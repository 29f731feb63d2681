package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.network.Layer;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;

/**
 * A convolution or a dense layer: three primitives over the same weights, which lie in the layout that the gradient's primitive chose.
 * What follows it element by element is fused into the forward primitive. A subclass may put something else in a primitive's place, pass
 * by pass.
 */
public abstract class WeightedLayer {

    /**
     * What is fused behind the sum.
     *
     * @param norm       batch norm by fixed values, only outside training; null for none
     * @param activation null for none
     * @param pooled     whether the pooling that follows takes over the activation's gradient
     */
    public record Fusion(Layer.BatchNorm norm, Layer.Activation activation, boolean pooled) {
        public static final Fusion NONE = new Fusion(null, null, false);
    }

    final Compilation compilation;
    final Assembler assembler;
    private final String kind;
    private final String name;
    private final boolean biased;
    private boolean trained;
    private primitive_desc forward;
    private primitive_desc byWeights;
    /** The input as the forward pass reads it. */
    Tensor input;

    Parameters.Entry weightEntry;
    /** Null without. */
    Parameters.Entry biasEntry;

    WeightedLayer(Compilation compilation, String kind, String name, boolean biased) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
        this.kind = kind;
        this.name = name;
        this.biased = biased;
    }

    public abstract primitive_desc forward(primitive_attr attributes);

    abstract primitive forwardPrimitive(primitive_desc description);

    abstract primitive_desc backwardWeights(primitive_desc forward);

    abstract primitive backwardWeightsPrimitive(primitive_desc description);

    /** @param same whether the gradients are to lie as the forward pass's values do, else as the primitive likes best */
    abstract primitive_desc backwardData(primitive_desc forward, boolean same);

    abstract primitive backwardDataPrimitive(primitive_desc description);

    /** The weights' canonical layout. */
    abstract memory.desc canonicalWeights();

    final memory.desc biasLayout(long outputs) {
        return biased ? Layout.plain(outputs) : Layout.none();
    }

    public final Tensor run(Tensor x, Fusion fusion) {
        trained = compilation.trained(name + "/weights");
        biasEntry = biased ? compilation.parameters.perChannel(name + "/biases") : null;
        Tensor y = forwardPass(x, fusion);
        y.differentiable = x.differentiable || trained;
        compilation.tape.record(y, gradient -> {
            Tensor dy = fusion.activation() == null || fusion.pooled()
                    ? gradient
                    : new Activations(compilation).backward(fusion.activation(), y, gradient);
            if (trained) {
                Tensor target = compilation.gradientTarget(weightEntry, gradientLayout());
                Tensor biasTarget = biased ? compilation.gradientTarget(biasEntry, biasEntry.gradient.layout) : null;
                weightsPass(input, dy, target, biasTarget);
                compilation.gradientWritten(weightEntry, target);
                if (biased) {
                    compilation.gradientWritten(biasEntry, biasTarget);
                }
            }
            if (input.differentiable) {
                compilation.tape.add(input, dataPass(dy));
            }
        });
        return y;
    }

    /** Whether {@link #forwardPass} can take an activation along. */
    public boolean fusesActivations() {
        return true;
    }

    /** Whether a prediction can take the batch norm behind it into its weights. */
    public boolean fusesNorms() {
        return false;
    }

    /** Assembles the forward pass, sets {@link #input}, and returns the output. */
    Tensor forwardPass(Tensor x, Fusion fusion) {
        post_ops fused = new post_ops();
        Normalization.Fixed fixed =
                fusion.norm() == null ? null : new Normalization(compilation, fusion.norm()).fixed(fused);
        if (fusion.activation() != null) {
            Activations.fuse(fusion.activation(), fused);
        }
        primitive_desc description = prepare(fused);
        input = compilation.convert(x, description.src_desc());
        Tensor y = assembler.tensor("output", description.dst_desc());
        Assembler.Call call = assembler
                .call(describe(fusion), description, forwardPrimitive(description))
                .read(DNNL_ARG_SRC, input)
                .read(DNNL_ARG_WEIGHTS, compilation.weights(weightEntry, description.weights_desc()));
        if (biased) {
            call.read(DNNL_ARG_BIAS, biasEntry.value);
        }
        if (fixed != null) {
            call.read(DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * 1 | DNNL_ARG_SRC_1, fixed.scale());
            call.read(DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * 2 | DNNL_ARG_SRC_1, fixed.shift());
        }
        call.write(DNNL_ARG_DST, y).add();
        return y;
    }

    /** Describes the forward primitive, which the backward ones are made for, and finds the layout of the weights. */
    final primitive_desc prepare(post_ops fused) {
        forward = forward(Assembler.attributes(fused));
        byWeights = trained ? backwardWeights(forward) : null;
        weightEntry = compilation.parameters.laidOut(name + "/weights", canonicalWeights(), preferredLayout());
        return forward;
    }

    /** The gradient's layout where there is one: parameters and gradients are updated value by value. */
    private memory.desc preferredLayout() {
        if (trained) {
            return gradientLayout();
        }
        return compilation.type == Layout.FLOAT32 ? valueLayout() : canonicalWeights();
    }

    /** How the weights' gradient is written. */
    memory.desc gradientLayout() {
        return byWeights.diff_weights_desc();
    }

    /** How {@link #backwardWeights} reads the input. */
    final memory.desc gradientSource() {
        return byWeights.src_desc();
    }

    /** How the forward pass wants the weights. */
    memory.desc valueLayout() {
        return forward.weights_desc();
    }

    private String describe(Fusion fusion) {
        return kind
                + (biased ? " + bias" : "")
                + (fusion.norm() == null ? "" : " + " + fusion.norm().name())
                + (fusion.activation() == null ? "" : " + " + Activations.name(fusion.activation()));
    }

    /**
     * Assembles the weights' gradient.
     *
     * @param target     in {@link #gradientLayout()}
     * @param biasTarget null without biases
     */
    void weightsPass(Tensor its, Tensor dy, Tensor target, Tensor biasTarget) {
        weightsPass(byWeights, its, dy, target, biasTarget);
    }

    /** The weights' gradient by this primitive, which writes as {@code target} lies. */
    final void weightsPass(primitive_desc description, Tensor its, Tensor dy, Tensor target, Tensor biasTarget) {
        Assembler.Call call = assembler
                .call(kind + " by weights", description, backwardWeightsPrimitive(description))
                .read(DNNL_ARG_SRC, assembler.in(description.src_desc(), its))
                .read(DNNL_ARG_DIFF_DST, assembler.in(description.diff_dst_desc(), dy))
                .write(DNNL_ARG_DIFF_WEIGHTS, target);
        if (biasTarget != null) {
            call.write(DNNL_ARG_DIFF_BIAS, biasTarget);
        }
        call.add();
    }

    /** Assembles the input's gradient, and returns it. */
    Tensor dataPass(Tensor dy) {
        primitive_desc description = backwardData(forward, true);
        if (description.isNull() || description.impl_info_str().getString().startsWith("ref")) {
            description = backwardData(forward, false);
        }
        Tensor dx = assembler.tensor("gradient", description.diff_src_desc());
        assembler
                .call(kind + " by data", description, backwardDataPrimitive(description))
                .read(DNNL_ARG_DIFF_DST, assembler.in(description.diff_dst_desc(), dy))
                .read(DNNL_ARG_WEIGHTS, compilation.weights(weightEntry, description.weights_desc()))
                .write(DNNL_ARG_DIFF_SRC, dx)
                .add();
        return dx;
    }
}
