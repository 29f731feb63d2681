package org.batchmill.engine.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;

import java.util.List;
import java.util.function.Supplier;
import org.batchmill.engine.onednn.winograd.KernelLayout;
import org.batchmill.engine.onednn.winograd.TileGrid;
import org.batchmill.engine.onednn.winograd.Winograd;
import org.batchmill.train.network.Layer.Conv2d;
import org.batchmill.train.network.Shape;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;

/** A convolution: primitives, or {@link Winograd}'s algorithm for those passes where it is faster. */
final class Convolution extends WeightedLayer {

    /** Channels in a block of oneDNN's. */
    private static final int BLOCK = 16;

    /** Above so many channels the primitives are faster on blocks of them than on pixels that lie so far from each other. */
    private static final int MOST_CHANNELS_LAST = 128;

    private final WinogradChoice choice;
    private final TileGrid grid;
    private final KernelLayout kernels;
    private final Window window;
    private final memory.desc sourceLast;
    private final memory.desc outputLast;
    private final memory.desc source;
    private final memory.desc weights;
    private final memory.desc biases;
    private final memory.desc output;
    private final long[] kernel;

    Convolution(Compilation compilation, Conv2d layer, Shape in, Shape out, long rows) {
        super(compilation, "convolution", layer.name(), layer.bias());
        window = new Window(layer, in);
        grid = grid((int) rows, window, in, out);
        kernels = kernels(layer, in);
        choice = WinogradChoice.of(compilation, layer, grid, kernels);
        kernel = new long[] {layer.filters(), in.channels(), layer.kernelHeight(), layer.kernelWidth()};
        long[] sourceDimensions = {rows, in.channels(), in.height(), in.width()};
        long[] outputDimensions = {rows, out.channels(), out.height(), out.width()};
        sourceLast = Layout.channelsLast(compilation.type, sourceDimensions);
        outputLast = Layout.channelsLast(compilation.type, outputDimensions);
        boolean last = compilation.channelsLast && Math.max(in.channels(), out.channels()) <= MOST_CHANNELS_LAST;
        source = last ? sourceLast : Layout.any(compilation.type, sourceDimensions);
        output = last ? outputLast : Layout.any(compilation.type, outputDimensions);
        weights = Layout.any(compilation.type, kernel);
        biases = biasLayout(layer.filters());
    }

    @Override
    primitive_desc forward(primitive_attr attributes) {
        return olderKernels(() -> describeForward(attributes));
    }

    private primitive_desc describeForward(primitive_attr attributes) {
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

    /**
     * Passes over oneDNN's first choice for pictures with the channels side by side, where its older kernels are as fast or faster: they
     * take activations along for less, and lose less at strides.
     */
    private primitive_desc olderKernels(Supplier<primitive_desc> description) {
        primitive_desc first = description.get();
        if (!sourceLast.equals(source)
                || first.isNull()
                || !implementation(first).startsWith("brg")) {
            return first;
        }
        primitive_desc next = description.get();
        return next.next_impl() && implementation(next).startsWith("jit:") ? next : first;
    }

    private static String implementation(primitive_desc description) {
        return description.impl_info_str().getString();
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
        boolean strided = window.strides[0] > 1 || window.strides[1] > 1;
        return strided ? olderKernels(() -> describeBackwardData(forward, same)) : describeBackwardData(forward, same);
    }

    private primitive_desc describeBackwardData(primitive_desc forward, boolean same) {
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

    /**
     * Whether a convolution is best served with the channels of its pictures side by side: for {@link Winograd}'s algorithm, and where
     * blocks of channels would not be full.
     */
    static boolean wantsChannelsLast(Compilation compilation, Conv2d layer, Shape in, Shape out, long rows) {
        if (compilation.type != Layout.FLOAT32) {
            return false;
        }
        TileGrid grid = grid((int) rows, new Window(layer, in), in, out);
        boolean partBlocks = out.channels() > BLOCK && out.channels() % BLOCK != 0;
        return partBlocks
                || WinogradChoice.of(compilation, layer, grid, kernels(layer, in))
                        .forward();
    }

    private static TileGrid grid(int pictures, Window window, Shape in, Shape out) {
        int cell = (int) window.strides[0];
        TileGrid.Side input =
                new TileGrid.Side(in.height(), in.width(), cell, (int) window.before[0], (int) window.before[1]);
        return new TileGrid(pictures, input, new TileGrid.Side(out.height(), out.width(), 1, 0, 0));
    }

    /** [height][width][inputs][outputs], of dimensions in oneDNN's order: the matrices of the taps one after the other. */
    private memory.desc matrices() {
        return matrices(1, kernel[0]);
    }

    /** [height][width][outputs][inputs]: the same for the way back. */
    private memory.desc transposedMatrices() {
        return matrices(kernel[1], 1);
    }

    private memory.desc matrices(long outputStride, long inputStride) {
        long matrix = kernel[0] * kernel[1];
        return Layout.strided(
                Layout.FLOAT32, kernel, new long[] {outputStride, inputStride, kernel[3] * matrix, matrix});
    }

    /** Whether kernels lie in blocks of 16 inputs by 16 outputs, as most primitives read them. */
    private static boolean isBlocked(memory.desc layout) {
        return Layout.text(layout).endsWith(" ABcd16b16a");
    }

    private static KernelLayout kernels(Conv2d layer, Shape in) {
        return new KernelLayout(
                layer.kernelHeight(), layer.kernelWidth(), layer.strideHeight(), in.channels(), layer.filters(), false);
    }

    @Override
    boolean fusesActivations() {
        return !choice.forward();
    }

    @Override
    memory.desc gradientLayout() {
        memory.desc its = super.gradientLayout();
        // Blocks are what the other passes' primitives read.
        boolean kept = !choice.byWeights() || (!choice.forward() && isBlocked(its));
        return kept ? its : matrices();
    }

    @Override
    memory.desc valueLayout() {
        return choice.forward() ? matrices() : super.valueLayout();
    }

    @Override
    Tensor forwardPass(Tensor x, Fusion fusion) {
        if (!choice.forward()) {
            return super.forwardPass(x, fusion);
        }
        prepare(new post_ops());
        input = compilation.convert(x, sourceLast);
        Tensor y = assembler.tensor("output", outputLast);
        y.overwritable = true;
        Normalisation.Fixed fixed =
                fusion.norm() == null ? null : new Normalisation(compilation, fusion.norm()).fixed(biasEntry);
        Tensor summands = fixed != null ? fixed.shift() : biasEntry == null ? null : biasEntry.value;
        String what = "convolution" + (biasEntry == null ? "" : " + bias")
                + (fusion.norm() == null ? "" : " + " + fusion.norm().name());
        Tensor factors = fixed == null ? null : fixed.scale();
        WinogradFilter.Tensors tensors =
                new WinogradFilter.Tensors(input, kernels(matrices(), false), factors, summands, y);
        assembler.add(new WinogradFilter(compilation, what, grid, tensors));
        return y;
    }

    /** The kernels mapped for products, kept where they do not change from step to step. */
    private Tensor kernels(memory.desc layout, boolean back) {
        Tensor plain = compilation.weights(weightEntry, layout);
        long size = (long) Winograd.POSITIONS * kernels.pixels() * kernels.matrix();
        memory.desc wanted = Layout.bytes(size * Float.BYTES);
        Tensor mapped = compilation.derived(weightEntry, "kernels", wanted);
        assembler.host(
                "kernels for Winograd",
                List.of(plain),
                List.of(mapped),
                new WinogradKernel(compilation, kernels, back));
        return mapped;
    }

    @Override
    void weightsPass(Tensor its, Tensor dy, Tensor target, Tensor biasTarget) {
        if (!choice.byWeights()) {
            super.weightsPass(its, dy, target, biasTarget);
            return;
        }
        assembler.add(new WinogradWeightGradient(
                compilation,
                grid,
                kernels.inBlocks(isBlocked(target.layout)),
                new WinogradWeightGradient.Tensors(
                        assembler.in(sourceLast, its), assembler.in(outputLast, dy), target, biasTarget)));
    }

    @Override
    Tensor dataPass(Tensor dy) {
        if (!choice.byData()) {
            return super.dataPass(dy);
        }
        Tensor dx = assembler.tensor("gradient", sourceLast);
        WinogradFilter.Tensors tensors = new WinogradFilter.Tensors(
                assembler.in(outputLast, dy), kernels(transposedMatrices(), true), null, null, dx);
        assembler.add(new WinogradFilter(compilation, "convolution by data", grid.backward(), tensors));
        return dx;
    }
}
