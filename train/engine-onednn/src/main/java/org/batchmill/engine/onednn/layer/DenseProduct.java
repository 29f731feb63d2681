package org.batchmill.engine.onednn.layer;

import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.network.Layer.Dense;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;

/** A dense layer, on vectors or on images as they lie: the weights are looked at as one kernel of the image's size for each output. */
public final class DenseProduct extends WeightedLayer {

    private final memory.desc source;
    private final memory.desc weights;
    private final memory.desc biases;
    private final memory.desc output;
    private final long[] kernel;

    public DenseProduct(Compilation compilation, Dense layer, Tensor in) {
        super(compilation, "product", layer.name(), layer.bias());
        long[] dimensions = in.dimensions();
        kernel = dimensions.clone();
        kernel[0] = layer.units();
        source = Layout.any(compilation.type, dimensions);
        weights = Layout.any(compilation.type, kernel);
        biases = biasLayout(layer.units());
        output = Layout.any(compilation.type, dimensions[0], layer.units());
    }

    @Override
    public primitive_desc forward(primitive_attr attributes) {
        return new inner_product_forward.primitive_desc(
                Natives.cpu(), compilation.propagation(), source, weights, biases, output, attributes, false);
    }

    @Override
    primitive forwardPrimitive(primitive_desc description) {
        return new inner_product_forward((inner_product_forward.primitive_desc) description);
    }

    @Override
    primitive_desc backwardWeights(primitive_desc forward) {
        return new inner_product_backward_weights.primitive_desc(
                Natives.cpu(),
                source,
                Layout.any(Layout.FLOAT32, kernel),
                biases,
                output,
                (inner_product_forward.primitive_desc) forward,
                Assembler.attributes(),
                false);
    }

    @Override
    primitive backwardWeightsPrimitive(primitive_desc description) {
        return new inner_product_backward_weights((inner_product_backward_weights.primitive_desc) description);
    }

    @Override
    primitive_desc backwardData(primitive_desc forward, boolean same) {
        return new inner_product_backward_data.primitive_desc(
                Natives.cpu(),
                same ? forward.src_desc() : source,
                weights,
                same ? forward.dst_desc() : output,
                (inner_product_forward.primitive_desc) forward,
                Assembler.attributes(),
                same);
    }

    @Override
    primitive backwardDataPrimitive(primitive_desc description) {
        return new inner_product_backward_data((inner_product_backward_data.primitive_desc) description);
    }

    @Override
    memory.desc canonicalWeights() {
        return Layout.plain(kernel);
    }
}
