package org.batchmill.engine.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;

import org.batchmill.train.network.Layer.Conv2d;
import org.batchmill.train.network.Shape;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;

/** A convolution. */
final class Convolution extends WeightedLayer {

    private final Window window;
    private final memory.desc source;
    private final memory.desc weights;
    private final memory.desc biases;
    private final memory.desc output;
    private final long[] kernel;

    Convolution(Compilation compilation, Conv2d layer, Shape in, Shape out, long rows) {
        super(compilation, "convolution", layer.name(), layer.bias());
        window = new Window(layer, in);
        kernel = new long[] {layer.filters(), in.channels(), layer.kernelHeight(), layer.kernelWidth()};
        source = Layout.any(compilation.type, rows, in.channels(), in.height(), in.width());
        weights = Layout.any(compilation.type, kernel);
        biases = biasLayout(layer.filters());
        output = Layout.any(compilation.type, rows, out.channels(), out.height(), out.width());
    }

    @Override
    primitive_desc forward(primitive_attr attributes) {
        return new convolution_forward.primitive_desc(
                Native.cpu(),
                compilation.propagation(),
                dnnl_convolution_direct,
                source,
                weights,
                biases,
                output,
                window.strides,
                window.gaps,
                window.before,
                window.after,
                attributes,
                false);
    }

    @Override
    primitive forwardPrimitive(primitive_desc description) {
        return new convolution_forward((convolution_forward.primitive_desc) description);
    }

    @Override
    primitive_desc backwardWeights(primitive_desc forward) {
        return new convolution_backward_weights.primitive_desc(
                Native.cpu(),
                dnnl_convolution_direct,
                source,
                Layout.any(Layout.FLOAT32, kernel),
                biases,
                output,
                window.strides,
                window.gaps,
                window.before,
                window.after,
                (convolution_forward.primitive_desc) forward,
                Assembler.attributes(),
                false);
    }

    @Override
    primitive backwardWeightsPrimitive(primitive_desc description) {
        return new convolution_backward_weights((convolution_backward_weights.primitive_desc) description);
    }

    @Override
    primitive_desc backwardData(primitive_desc forward, boolean same) {
        return new convolution_backward_data.primitive_desc(
                Native.cpu(),
                dnnl_convolution_direct,
                same ? forward.src_desc() : source,
                weights,
                same ? forward.dst_desc() : output,
                window.strides,
                window.gaps,
                window.before,
                window.after,
                (convolution_forward.primitive_desc) forward,
                Assembler.attributes(),
                same);
    }

    @Override
    primitive backwardDataPrimitive(primitive_desc description) {
        return new convolution_backward_data((convolution_backward_data.primitive_desc) description);
    }

    @Override
    memory.desc canonicalWeights() {
        return Layout.plain(kernel);
    }
}
