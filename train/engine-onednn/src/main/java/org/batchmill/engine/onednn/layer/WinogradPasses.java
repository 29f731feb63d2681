package org.batchmill.engine.onednn.layer;

import java.util.List;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.engine.onednn.winograd.KernelLayout;
import org.batchmill.engine.onednn.winograd.TileGrid;
import org.batchmill.engine.onednn.winograd.Winograd;
import org.batchmill.train.network.Layer.BatchNorm;
import org.batchmill.train.network.Layer.Conv2d;
import org.batchmill.train.network.Shape;
import org.bytedeco.dnnl.memory;

/** The passes of a convolution by Winograd's algorithm, of images with the channels side by side. */
public final class WinogradPasses {

    private final Compilation compilation;
    private final Assembler assembler;
    private final WinogradChoice choice;
    private final TileGrid grid;
    private final KernelLayout kernels;
    private final memory.desc source;
    private final memory.desc output;

    public WinogradPasses(Compilation compilation, Conv2d layer, Shape in, Shape out, int rows) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
        this.grid = grid(rows, new Window(layer, in), in, out);
        this.kernels = new KernelLayout(
                layer.kernelHeight(), layer.kernelWidth(), layer.strideHeight(), in.channels(), layer.filters(), false);
        this.choice = WinogradChoice.of(compilation, layer, grid, kernels);
        this.source = Layout.channelsLast(compilation.type, rows, in.channels(), in.height(), in.width());
        this.output = Layout.channelsLast(compilation.type, rows, out.channels(), out.height(), out.width());
    }

    private static TileGrid grid(int images, Window window, Shape in, Shape out) {
        int cell = (int) window.strides[0];
        TileGrid.Side input =
                new TileGrid.Side(in.height(), in.width(), cell, (int) window.before[0], (int) window.before[1]);
        return new TileGrid(images, input, new TileGrid.Side(out.height(), out.width(), 1, 0, 0));
    }

    /** Which passes are worth it. */
    public WinogradChoice choice() {
        return choice;
    }

    /** How the kernels are read and their gradients written: [height][width][inputs][outputs], described in oneDNN's order. */
    memory.desc matrices() {
        return matrices(1, kernels.outputs());
    }

    /** [height][width][outputs][inputs]: the same for the way back. */
    private memory.desc transposedMatrices() {
        return matrices(kernels.inputs(), 1);
    }

    private memory.desc matrices(long outputStride, long inputStride) {
        long[] dimensions = {kernels.outputs(), kernels.inputs(), kernels.height(), kernels.width()};
        long matrix = kernels.matrix();
        return Layout.strided(
                Layout.FLOAT32, dimensions, new long[] {outputStride, inputStride, kernels.width() * matrix, matrix});
    }

    /**
     * Assembles the forward pass.
     *
     * @param biases null for none
     * @param norm   by its rolling values, null for none
     */
    public Tensor forward(Tensor input, Parameters.Entry weights, Parameters.Entry biases, BatchNorm norm) {
        Tensor y = assembler.tensor("output", output);
        y.overwritable = true;
        Tensor factors = null;
        Tensor summands = biases == null ? null : biases.value;
        if (norm != null) {
            Normalization.Fixed fixed = new Normalization(compilation, norm).fixed(biases);
            factors = fixed.scale();
            summands = fixed.shift();
        }
        String what = "convolution" + (biases == null ? "" : " + bias") + (norm == null ? "" : " + " + norm.name());
        Tensor transformed = kernels(weights, matrices(), false);
        assembler.add(new WinogradFilter(
                compilation, what, grid, new WinogradFilter.Tensors(input, transformed, factors, summands, y)));
        return y;
    }

    /** The kernels transformed for products. */
    private Tensor kernels(Parameters.Entry weights, memory.desc layout, boolean back) {
        Tensor plain = compilation.weights(weights, layout);
        long size = (long) Winograd.POSITIONS * kernels.stride();
        Tensor transformed = compilation.derived(weights, "kernels", Layout.bytes(size * Float.BYTES));
        assembler.host(
                "kernels for Winograd",
                compilation.keepsDerived(),
                List.of(plain),
                List.of(transformed),
                new WinogradKernel(compilation, kernels, back));
        return transformed;
    }

    /**
     * Assembles the weights' gradient.
     *
     * @param blocked    whether the target lies in blocks, else as {@link #matrices()}
     * @param biasTarget null without biases
     */
    void byWeights(Tensor input, Tensor dy, Tensor target, boolean blocked, Tensor biasTarget) {
        assembler.add(new WinogradWeightGradient(
                compilation,
                grid,
                kernels.inBlocks(blocked),
                new WinogradWeightGradient.Tensors(
                        assembler.in(source, input), assembler.in(output, dy), target, biasTarget)));
    }

    /** Assembles the input's gradient, and returns it. */
    Tensor byData(Tensor dy, Parameters.Entry weights) {
        Tensor dx = assembler.tensor("gradient", source);
        Tensor gradient = assembler.in(output, dy);
        Tensor transformed = kernels(weights, transposedMatrices(), true);
        assembler.add(new WinogradFilter(
                compilation,
                "convolution by data",
                grid.backward(),
                new WinogradFilter.Tensors(gradient, transformed, null, null, dx)));
        return dx;
    }
}
