package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_direct;

import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.network.Layer.TransposedConv2d;
import org.batchmill.train.network.Shape;
import org.bytedeco.dnnl.deconvolution_backward_data;
import org.bytedeco.dnnl.deconvolution_backward_weights;
import org.bytedeco.dnnl.deconvolution_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;

/** A transposed convolution: oneDNN's deconvolution, whose weights it counts with the outputs first. */
public final class TransposedConvolution extends WeightedLayer {

    private final Window window;
    private final memory.desc source;
    private final memory.desc weights;
    private final memory.desc biases;
    private final memory.desc output;
    private final long[] kernel;

    public TransposedConvolution(Compilation compilation, TransposedConv2d layer, Shape in, Shape out, long rows) {
        super(compilation, "transposed convolution", layer.name(), layer.bias());
        window = new Window(layer, out);
        kernel = new long[] {layer.filters(), in.channels(), layer.kernelHeight(), layer.kernelWidth()};
        source = images(rows, in);
        output = images(rows, out);
        weights = Layout.any(compilation.type, kernel);
        biases = biasLayout(layer.filters());
    }

    private memory.desc images(long rows, Shape shape) {
        long[] dimensions = {rows, shape.channels(), shape.height(), shape.width()};
        return compilation.channelsLast
                ? Layout.channelsLast(compilation.type, dimensions)
                : Layout.any(compilation.type, dimensions);
    }

    @Override
    public primitive_desc forward(primitive_attr attributes) {
        return new deconvolution_forward.primitive_desc(
                Natives.cpu(),
                compilation.propagation(),
                dnnl_deconvolution_direct,
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
        return new deconvolution_forward((deconvolution_forward.primitive_desc) description);
    }

    @Override
    primitive_desc backwardWeights(primitive_desc forward) {
        return new deconvolution_backward_weights.primitive_desc(
                Natives.cpu(),
                dnnl_deconvolution_direct,
                source,
                Layout.any(Layout.FLOAT32, kernel),
                biases,
                output,
                window.strides,
                window.gaps,
                window.before,
                window.after,
                (deconvolution_forward.primitive_desc) forward,
                Assembler.attributes(),
                false);
    }

    @Override
    primitive backwardWeightsPrimitive(primitive_desc description) {
        return new deconvolution_backward_weights((deconvolution_backward_weights.primitive_desc) description);
    }

    @Override
    primitive_desc backwardData(primitive_desc forward, boolean same) {
        return new deconvolution_backward_data.primitive_desc(
                Natives.cpu(),
                dnnl_deconvolution_direct,
                same ? forward.src_desc() : source,
                weights,
                same ? forward.dst_desc() : output,
                window.strides,
                window.gaps,
                window.before,
                window.after,
                (deconvolution_forward.primitive_desc) forward,
                Assembler.attributes(),
                same);
    }

    @Override
    primitive backwardDataPrimitive(primitive_desc description) {
        return new deconvolution_backward_data((deconvolution_backward_data.primitive_desc) description);
    }

    /** [in][out][height][width] in oneDNN's order of dimensions. */
    @Override
    memory.desc canonicalWeights() {
        long area = kernel[2] * kernel[3];
        return Layout.strided(Layout.FLOAT32, kernel, new long[] {area, kernel[0] * area, kernel[3], 1});
    }
}
