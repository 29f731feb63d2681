package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;

import java.util.function.Supplier;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
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
public final class Convolution extends WeightedLayer {

    /** Channels in a block of oneDNN's. */
    private static final int BLOCK = 16;

    /**
     * Channels of an image in colour, for which oneDNN has kernels of their own. For fewer it has none with AVX2, when it comes to weights: it
     * fills them up to eight with zeros, and multiplies by these.
     */
    private static final int COLOURS = 3;

    /** Above so many channels the primitives are faster on blocks of them than on pixels that lie so far from each other. */
    private static final int MOST_CHANNELS_LAST = 128;

    private final Conv2d layer;
    private final Shape in;
    private final Shape out;
    private final long rows;
    private final WinogradPasses winograd;
    private final WinogradChoice choice;
    private final Window window;
    private final memory.desc sourceLast;
    private final memory.desc source;
    private final memory.desc weights;
    private final memory.desc biases;
    private final memory.desc output;
    private final long[] kernel;

    public Convolution(Compilation compilation, Conv2d layer, Shape in, Shape out, long rows) {
        super(compilation, "convolution", layer.name(), layer.bias());
        this.layer = layer;
        this.in = in;
        this.out = out;
        this.rows = rows;
        window = new Window(layer, in);
        winograd = new WinogradPasses(compilation, layer, in, out, (int) rows);
        choice = winograd.choice();
        kernel = kernel(layer, in);
        long[] sourceDimensions = {rows, in.channels(), in.height(), in.width()};
        long[] outputDimensions = {rows, out.channels(), out.height(), out.width()};
        sourceLast = Layout.channelsLast(compilation.type, sourceDimensions);
        boolean last = compilation.channelsLast && Math.max(in.channels(), out.channels()) <= MOST_CHANNELS_LAST;
        source = last ? sourceLast : Layout.any(compilation.type, sourceDimensions);
        output = last
                ? Layout.channelsLast(compilation.type, outputDimensions)
                : Layout.any(compilation.type, outputDimensions);
        weights = Layout.any(compilation.type, kernel);
        biases = biasLayout(layer.filters());
    }

    /** In groups, oneDNN has them as a first axis. */
    private static long[] kernel(Conv2d layer, Shape in) {
        long groups = layer.groups();
        long filters = layer.filters() / groups;
        long channels = in.channels() / groups;
        return groups == 1
                ? new long[] {filters, channels, layer.kernelHeight(), layer.kernelWidth()}
                : new long[] {groups, filters, channels, layer.kernelHeight(), layer.kernelWidth()};
    }

    @Override
    public primitive_desc forward(primitive_attr attributes) {
        return olderKernels(() -> describeForward(attributes));
    }

    private primitive_desc describeForward(primitive_attr attributes) {
        return new convolution_forward.primitive_desc(
                Natives.cpu(),
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
     * Passes over oneDNN's first choice for images with the channels side by side, where its older kernels are as fast or faster: they
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
                Natives.cpu(),
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
                Natives.cpu(),
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
     * Whether a convolution is best served with the channels of its images side by side: for {@link Winograd}'s algorithm, and where
     * blocks of channels would not be full.
     */
    public static boolean wantsChannelsLast(Compilation compilation, Conv2d layer, Shape in, Shape out, long rows) {
        if (compilation.type != Layout.FLOAT32) {
            return false;
        }
        boolean partBlocks = out.channels() > BLOCK && out.channels() % BLOCK != 0;
        return partBlocks
                || new WinogradPasses(compilation, layer, in, out, (int) rows)
                        .choice()
                        .forward();
    }

    /** Whether kernels lie in blocks of 16 inputs by 16 outputs, as most primitives read them. */
    private static boolean isBlocked(memory.desc layout) {
        return Layout.text(layout).endsWith(" ABcd16b16a");
    }

    @Override
    public boolean fusesNorms() {
        return true;
    }

    @Override
    public boolean fusesActivations() {
        return !choice.forward();
    }

    /** Whether the weights' gradient is that of an image in colour, whose other channels are 0. */
    private boolean inColour() {
        return layer.groups() == 1
                && !choice.byWeights()
                && in.channels() < COLOURS
                && compilation.type == Layout.FLOAT32
                && gradientSource().get_size() > Layout.plain(colours()).get_size();
    }

    private long[] colours() {
        return new long[] {rows, COLOURS, in.height(), in.width()};
    }

    @Override
    memory.desc gradientLayout() {
        if (inColour()) {
            return super.valueLayout();
        }
        memory.desc its = super.gradientLayout();
        // Blocks are what the other passes' primitives read.
        boolean kept = !choice.byWeights() || (!choice.forward() && isBlocked(its));
        return kept ? its : winograd.matrices();
    }

    @Override
    memory.desc valueLayout() {
        return choice.forward() ? winograd.matrices() : super.valueLayout();
    }

    @Override
    Tensor forwardPass(Tensor x, Fusion fusion) {
        if (!choice.forward()) {
            return super.forwardPass(x, fusion);
        }
        prepare(new post_ops());
        input = compilation.convert(x, sourceLast);
        return winograd.forward(input, weightEntry, biasEntry, fusion.norm());
    }

    @Override
    void weightsPass(Tensor its, Tensor dy, Tensor target, Tensor biasTarget) {
        if (choice.byWeights()) {
            winograd.byWeights(its, dy, target, isBlocked(target.layout), biasTarget);
        } else if (inColour()) {
            weightsInColour(its, dy, target, biasTarget);
        } else {
            super.weightsPass(its, dy, target, biasTarget);
        }
    }

    private void weightsInColour(Tensor its, Tensor dy, Tensor target, Tensor biasTarget) {
        Convolution colour =
                new Convolution(compilation, layer, new Shape(COLOURS, in.height(), in.width()), out, rows);
        primitive_desc description = colour.backwardWeights(colour.forward(Assembler.attributes()));
        Tensor images = assembler.constant("in colour", Layout.plain(colours()));
        assembler.reorder(its, firstChannels(images), false);
        Tensor gradient = assembler.tensor("gradient in colour", description.diff_weights_desc());
        weightsPass(description, images, dy, gradient, biasTarget);
        assembler.reorder(firstChannels(assembler.plain(gradient)), target, false);
    }

    /** This layer's channels of a plain tensor that has more; its second axis are channels. */
    private Tensor firstChannels(Tensor all) {
        long[] dimensions = all.dimensions();
        long pixels = dimensions[2] * dimensions[3];
        long[] strides = {dimensions[1] * pixels, pixels, dimensions[3], 1};
        dimensions[1] = in.channels();
        return all.as(Layout.strided(Layout.FLOAT32, dimensions, strides));
    }

    @Override
    Tensor dataPass(Tensor dy) {
        return choice.byData() ? winograd.byData(dy, weightEntry) : super.dataPass(dy);
    }
}
