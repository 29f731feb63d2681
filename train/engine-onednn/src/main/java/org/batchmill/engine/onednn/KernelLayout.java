package org.batchmill.engine.onednn;

import static org.batchmill.engine.onednn.Winograd.TAPS;

import org.bytedeco.dnnl.memory;

/**
 * How a convolution's kernels lie: the matrices of the taps one after the other, inputs by outputs; or in oneDNN's blocks of 16 inputs by
 * 16 outputs, with a block's taps one after the other. To {@link Winograd} they are kernels of 3x3 taps on cells of pixels, see
 * {@link TileGrid}: tap t of a cell's pixel p, along an axis, is the convolution's tap {@code t * cell + p}, or 0 where there is none.
 *
 * @param height  taps, as {@code width}
 * @param cell    pixels along each side of a cell
 * @param inputs  channels of a pixel
 * @param outputs channels
 * @param blocked whether they lie in blocks; only kernels of 3x3 taps do
 */
record KernelLayout(int height, int width, int cell, int inputs, int outputs, boolean blocked) {

    /** Channels on each side of a block. */
    static final int BLOCK = 16;

    /** What {@link #tap} gives where there is none. */
    static final int NONE = -1;

    private static final String BLOCKS = "ABcd16b16a";

    /** Whether a layout is the one of blocks. */
    static boolean isBlocked(memory.desc layout) {
        return Layout.text(layout).endsWith(" " + BLOCKS);
    }

    KernelLayout inBlocks(boolean its) {
        return new KernelLayout(height, width, cell, inputs, outputs, its);
    }

    /** [height][width][inputs][outputs], of dimensions in oneDNN's order. */
    memory.desc matrices() {
        return described(1, outputs);
    }

    /** [height][width][outputs][inputs]: the same for the way back. */
    memory.desc transposedMatrices() {
        return described(inputs, 1);
    }

    private memory.desc described(long outputStride, long inputStride) {
        long matrix = matrix();
        return Layout.strided(Layout.FLOAT32, new long[] {outputs, inputs, height, width}, new long[] {
            outputStride, inputStride, width * matrix, matrix
        });
    }

    /** Values of a tap's matrix. */
    int matrix() {
        return inputs * outputs;
    }

    /** Pixels of a cell. */
    int pixels() {
        return cell * cell;
    }

    /** Channels of a cell. */
    int cellInputs() {
        return pixels() * inputs;
    }

    /** Which tap of the convolution is the one of a cell's pixel, or {@link #NONE}. */
    int tap(int row, int column, int pixel) {
        int y = row * cell + pixel / cell;
        int x = column * cell + pixel % cell;
        return y < height && x < width ? y * width + x : NONE;
    }

    /** Where the outputs of a cell's input start from here on, or {@link #NONE}; in blocks, where the block that both are in starts. */
    int at(int row, int column, int cellInput, int output) {
        int tap = tap(row, column, cellInput / inputs);
        int input = cellInput % inputs;
        if (tap == NONE) {
            return NONE;
        }
        return blocked
                ? ((output / BLOCK * (inputs / BLOCK) + input / BLOCK) * TAPS * TAPS + tap) * BLOCK * BLOCK
                : (tap * inputs + input) * outputs + output;
    }
}
