package org.batchmill.engine.onednn;

import org.batchmill.train.network.Layer.Conv2d;

/**
 * Which passes of a convolution go by {@link Winograd}: those that take less time by a count of work, in units of one multiplication and
 * addition at the speed of large products. The count is of the shapes alone, so that the choice, and with it every bit of the results, is
 * the same in each run.
 */
record WinogradChoice(boolean forward, boolean byData, boolean byWeights) {

    static final WinogradChoice NONE = new WinogradChoice(false, false, false);

    // Measured on yolo-v1-tiny, as the time beside the products.

    /** Of mapping one value of a tile, there or back. */
    private static final double TILE = 40;

    /** The same for the weights' gradient, where it goes through the last-level cache. */
    private static final double GRADIENT_TILE = 60;

    /** Of mapping one value of a kernel, and reading it again. */
    private static final double KERNEL = 40;

    /** The same where the kernels are larger than the caches. */
    private static final double LARGE_KERNEL = 90;

    private static final long LARGE_BYTES = 8L << 20;

    /** Of mapping one value of a kernel's gradient. */
    private static final double GRADIENT_KERNEL = 30;

    /** How much longer oneDNN's primitive takes for the weights' gradient than for the others. */
    private static final double DIRECT_GRADIENT = 1.25;

    /** By how much the count has to be less. */
    private static final double MARGIN = 1.2;

    /** Channels come in vectors of 16. */
    private static final int VECTOR = 16;

    static WinogradChoice of(Compilation compilation, Conv2d layer, TileGrid grid, int inputs) {
        int outputs = layer.filters();
        if (!applies(compilation, layer) || inputs % VECTOR != 0 || outputs % VECTOR != 0) {
            return NONE;
        }
        double matrix = (double) inputs * outputs;
        double direct = matrix
                * layer.kernelHeight()
                * layer.kernelWidth()
                * grid.pictures()
                * grid.outHeight()
                * grid.outWidth();
        double kernels = Winograd.POSITIONS * matrix;
        double mapped = kernels * (kernels * Float.BYTES > LARGE_BYTES ? LARGE_KERNEL : KERNEL);
        double forward = tiles(grid, inputs, outputs, TILE) + (compilation.purpose.training() ? mapped : 0);
        double byData = tiles(grid.backward(), inputs, outputs, TILE) + mapped;
        double byWeights = tiles(grid, inputs, outputs, GRADIENT_TILE) + kernels * GRADIENT_KERNEL;
        return new WinogradChoice(
                forward * MARGIN < direct, byData * MARGIN < direct, byWeights * MARGIN < direct * DIRECT_GRADIENT);
    }

    private static boolean applies(Compilation compilation, Conv2d layer) {
        return compilation.type == Layout.FLOAT32
                && layer.kernelHeight() == Winograd.TAPS
                && layer.kernelWidth() == Winograd.TAPS
                && layer.strideHeight() == 1
                && layer.strideWidth() == 1
                && layer.dilationHeight() == 1
                && layer.dilationWidth() == 1;
    }

    private static double tiles(TileGrid grid, double inputs, double outputs, double map) {
        return (double) Winograd.POSITIONS * grid.tiles() * (inputs * outputs + map * (inputs + outputs));
    }
}
