package org.batchmill.engine.onednn.layer;

import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.engine.onednn.plan.WinogradCosts;
import org.batchmill.engine.onednn.winograd.KernelLayout;
import org.batchmill.engine.onednn.winograd.TileGrid;
import org.batchmill.engine.onednn.winograd.Winograd;
import org.batchmill.train.network.Layer.Conv2d;

/**
 * Which passes of a convolution go by {@link Winograd}: those that take less time by a count of work, in units of one multiplication and
 * addition at the speed of large products. The count is of the shapes and the CPU alone, so that the choice, and with it every bit of the
 * results, is the same in each run.
 */
public record WinogradChoice(boolean forward, boolean byData, boolean byWeights) {

    public static final WinogradChoice NONE = new WinogradChoice(false, false, false);

    private static final long LARGE_BYTES = 8L << 20;

    /** By how much the count has to be less. */
    private static final double MARGIN = 1.1;

    /** The same for the forward pass, which cannot take an activation along. */
    private static final double FORWARD_MARGIN = 1.2;

    /** Inputs of a cell, and outputs, come in vectors, or parts of them that primitives still take well. */
    private static final int VECTOR = 16;

    private static final int PART = 4;

    /** Cells of more pixels would hold too few taps each. */
    private static final int MOST_STRIDE = 2;

    public static WinogradChoice of(Compilation compilation, Conv2d layer, TileGrid grid, KernelLayout kernels) {
        if (!applies(compilation, layer, grid, kernels)) {
            return NONE;
        }
        int inputs = kernels.cellInputs();
        int outputs = kernels.outputs();
        // Primitives work on whole vectors of outputs.
        double direct = (double) kernels.inputs()
                * whole(outputs)
                * layer.kernelHeight()
                * layer.kernelWidth()
                * grid.images()
                * grid.output().height()
                * grid.output().width();
        double values = (double) Winograd.POSITIONS * inputs * outputs;
        boolean large = values * Float.BYTES > LARGE_BYTES;
        WinogradCosts costs = compilation.costs;
        double transformed = values * (large ? costs.largeKernel() : costs.kernel());
        double ready = values * (large ? costs.largeRead() : costs.read());
        double forward =
                tiles(grid, inputs, outputs, costs.tile()) + (compilation.keepsDerived() ? ready : transformed);
        double byData = tiles(grid.backward(), inputs, outputs, costs.tile()) + transformed;
        double byWeights = tiles(grid, inputs, outputs, costs.gradientTile()) + values * costs.gradientKernel();
        return new WinogradChoice(
                forward * FORWARD_MARGIN < direct,
                byData * MARGIN < direct,
                byWeights * MARGIN < direct * costs.directGradient());
    }

    private static boolean applies(Compilation compilation, Conv2d layer, TileGrid grid, KernelLayout kernels) {
        int stride = layer.strideHeight();
        return compilation.type == Layout.FLOAT32
                && Natives.setsThreads()
                && stride == layer.strideWidth()
                && stride <= MOST_STRIDE
                && taps(layer.kernelHeight(), stride) == Winograd.TAPS
                && taps(layer.kernelWidth(), stride) == Winograd.TAPS
                && layer.groups() == 1
                && layer.dilationHeight() == 1
                && layer.dilationWidth() == 1
                && kernels.cellInputs() % VECTOR == 0
                && kernels.outputs() % PART == 0
                && javaReaches(kernels.cellInputs() * (double) kernels.outputs() * Winograd.POSITIONS)
                && javaReaches(values(grid, grid.input(), kernels.inputs()))
                && javaReaches(values(grid, grid.output(), kernels.outputs()));
    }

    private static double values(TileGrid grid, TileGrid.Side side, int channels) {
        return (double) grid.images() * side.height() * side.width() * channels;
    }

    /** Whether so many floats are one buffer to Java. */
    private static boolean javaReaches(double floats) {
        return floats * Float.BYTES <= Integer.MAX_VALUE;
    }

    /** Along an axis of cells. */
    private static int taps(int kernel, int stride) {
        return (kernel + stride - 1) / stride;
    }

    private static int whole(int channels) {
        return (channels + VECTOR - 1) / VECTOR * VECTOR;
    }

    private static double tiles(TileGrid grid, double inputs, double outputs, double transform) {
        return Winograd.POSITIONS * grid.tiles() * (inputs * outputs + transform * (inputs + outputs));
    }
}
