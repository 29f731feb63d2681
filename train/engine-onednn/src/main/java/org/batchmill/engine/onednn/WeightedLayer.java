package org.batchmill.engine.onednn;

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

import org.batchmill.train.network.Layer;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;

/**
 * A convolution or a dense layer: three primitives over the same weights, which lie in the layout that the gradient's primitive chose.
 * What follows it element by element is fused into the forward primitive.
 */
abstract class WeightedLayer {

    /**
     * What is fused behind the sum.
     *
     * @param norm       batch norm by fixed values, only outside training; null for none
     * @param activation null for none
     * @param pooled     whether the pooling that follows takes over the activation's gradient
     */
    record Fusion(Layer.BatchNorm norm, Layer.Activation activation, boolean pooled) {
        static final Fusion NONE = new Fusion(null, null, false);
    }

    final Compilation compilation;
    private final Assembler assembler;
    private final String kind;
    private final String name;
    private final boolean biased;

    WeightedLayer(Compilation compilation, String kind, String name, boolean biased) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
        this.kind = kind;
        this.name = name;
        this.biased = biased;
    }

    abstract primitive_desc forward(primitive_attr attributes);

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

    Tensor run(Tensor x, Fusion fusion) {
        post_ops fused = new post_ops();
        Normalisation.Fixed fixed =
                fusion.norm() == null ? null : new Normalisation(compilation, fusion.norm()).fixed(fused);
        if (fusion.activation() != null) {
            Activations.fuse(fusion.activation(), fused);
        }
        primitive_desc forward = forward(Assembler.attributes(fused));
        boolean trained = compilation.trained(name + "/weights");
        primitive_desc byWeights = trained ? backwardWeights(forward) : null;
        Parameters.Entry weights = compilation.parameters.laidOut(
                name + "/weights", canonicalWeights(), preferredLayout(forward, byWeights));
        Parameters.Entry biases = biased ? compilation.parameters.perChannel(name + "/biases") : null;

        Tensor source = compilation.convert(x, forward.src_desc());
        Tensor y = assembler.tensor("output", forward.dst_desc());
        y.differentiable = x.differentiable || trained;
        Assembler.Call call = assembler
                .call(describe(fusion), forward, forwardPrimitive(forward))
                .read(DNNL_ARG_SRC, source)
                .read(DNNL_ARG_WEIGHTS, compilation.weights(weights, forward.weights_desc()));
        if (biased) {
            call.read(DNNL_ARG_BIAS, biases.value);
        }
        if (fixed != null) {
            call.read(DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * 1 | DNNL_ARG_SRC_1, fixed.scale());
            call.read(DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * 2 | DNNL_ARG_SRC_1, fixed.shift());
        }
        call.write(DNNL_ARG_DST, y).add();
        compilation.tape.record(y, gradient -> {
            Tensor dy = fusion.activation() == null || fusion.pooled()
                    ? gradient
                    : new Activations(compilation).backward(fusion.activation(), y, gradient);
            if (trained) {
                backwardWeights(byWeights, source, dy, weights, biases);
            }
            if (source.differentiable) {
                backwardData(forward, source, dy, weights);
            }
        });
        return y;
    }

    /** The gradient's layout where there is one: parameters and gradients are updated value by value. */
    private memory.desc preferredLayout(primitive_desc forward, primitive_desc byWeights) {
        if (byWeights != null) {
            return byWeights.diff_weights_desc();
        }
        return compilation.type == Layout.FLOAT32 ? forward.weights_desc() : canonicalWeights();
    }

    private String describe(Fusion fusion) {
        return kind
                + (biased ? " + bias" : "")
                + (fusion.norm() == null ? "" : " + " + fusion.norm().name())
                + (fusion.activation() == null ? "" : " + " + Activations.name(fusion.activation()));
    }

    private void backwardWeights(
            primitive_desc description, Tensor source, Tensor dy, Parameters.Entry weights, Parameters.Entry biases) {
        Tensor target = compilation.gradientTarget(weights, description.diff_weights_desc());
        Tensor biasTarget = biased ? compilation.gradientTarget(biases, biases.gradient.layout) : null;
        Assembler.Call call = assembler
                .call(kind + " by weights", description, backwardWeightsPrimitive(description))
                .read(DNNL_ARG_SRC, assembler.in(description.src_desc(), source))
                .read(DNNL_ARG_DIFF_DST, assembler.in(description.diff_dst_desc(), dy))
                .write(DNNL_ARG_DIFF_WEIGHTS, target);
        if (biased) {
            call.write(DNNL_ARG_DIFF_BIAS, biasTarget);
        }
        call.add();
        compilation.gradientWritten(weights, target);
        if (biased) {
            compilation.gradientWritten(biases, biasTarget);
        }
    }

    private void backwardData(primitive_desc forward, Tensor source, Tensor dy, Parameters.Entry weights) {
        primitive_desc description = backwardData(forward, true);
        if (description.isNull() || description.impl_info_str().getString().startsWith("ref")) {
            description = backwardData(forward, false);
        }
        Tensor dx = assembler.tensor("gradient", description.diff_src_desc());
        assembler
                .call(kind + " by data", description, backwardDataPrimitive(description))
                .read(DNNL_ARG_DIFF_DST, assembler.in(description.diff_dst_desc(), dy))
                .read(DNNL_ARG_WEIGHTS, compilation.weights(weights, description.weights_desc()))
                .write(DNNL_ARG_DIFF_SRC, dx)
                .add();
        compilation.tape.add(source, dx);
    }
}
