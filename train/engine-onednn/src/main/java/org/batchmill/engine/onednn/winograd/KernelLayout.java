package org.batchmill.engine.onednn.winograd;

import static org.batchmill.engine.onednn.winograd.Winograd.TAPS;

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
public record KernelLayout(int height, int width, int cell, int inputs, int outputs, boolean blocked) {

    /** Channels on each side of a block. */
    public static final int BLOCK = 16;

    /** What {@link #tap} gives where there is none. */
    public static final int NONE = -1;

    /** The same kernels, in blocks or not. */
    public KernelLayout inBlocks(boolean its) {
        return new KernelLayout(height, width, cell, inputs, outputs, its);
    }

    /** Values of a tap's matrix. */
    public int matrix() {
        return inputs * outputs;
    }

    /** Pixels of a cell. */
    public int pixels() {
        return cell * cell;
    }

    /** Values from one position of the transformed kernels to the next: a cache line more than there are, see {@link TileGrid#stride}. */
    public int stride() {
        return pixels() * matrix() + BLOCK;
    }

    /** Channels of a cell. */
    public int cellInputs() {
        return pixels() * inputs;
    }

    /** Which tap of the convolution is the one of a cell's pixel, or {@link #NONE}. */
    public int tap(int row, int column, int pixel) {
        int y = row * cell + pixel / cell;
        int x = column * cell + pixel % cell;
        return y < height && x < width ? y * width + x : NONE;
    }

    /** Where the outputs of a cell's input start from here on, or {@link #NONE}; in blocks, where the block that both are in starts. */
    public int at(int row, int column, int cellInput, int output) {
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
