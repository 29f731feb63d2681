package org.batchmill.engine.onednn;

import org.bytedeco.dnnl.memory;

/**
 * How 3x3 kernels lie: the matrices of the taps one after the other, inputs by outputs; or in oneDNN's blocks of 16 inputs by 16 outputs,
 * with a block's taps one after the other.
 *
 * @param inputs  channels
 * @param outputs channels
 * @param blocked whether the kernels lie in blocks
 */
record KernelLayout(int inputs, int outputs, boolean blocked) {

    /** Channels on each side of a block. */
    static final int BLOCK = 16;

    private static final int TAPS = Winograd.TAPS * Winograd.TAPS;

    private static final String BLOCKS = "ABcd16b16a";

    /** [3][3][inputs][outputs]: the matrices of the taps one after the other. */
    static memory.desc matrices(long inputs, long outputs) {
        long matrix = inputs * outputs;
        return Layout.strided(Layout.FLOAT32, new long[] {outputs, inputs, Winograd.TAPS, Winograd.TAPS}, new long[] {
            1, outputs, Winograd.TAPS * matrix, matrix
        });
    }

    /** [3][3][outputs][inputs]: the same for the way back. */
    static memory.desc transposedMatrices(long inputs, long outputs) {
        long matrix = inputs * outputs;
        return Layout.strided(Layout.FLOAT32, new long[] {outputs, inputs, Winograd.TAPS, Winograd.TAPS}, new long[] {
            inputs, 1, Winograd.TAPS * matrix, matrix
        });
    }

    /** Whether a layout is the one of blocks. */
    static boolean isBlocked(memory.desc layout) {
        return Layout.text(layout).endsWith(" " + BLOCKS);
    }

    /** Where the outputs of an input start from here on; in blocks, where the block that both are in starts. */
    int at(int tap, int input, int output) {
        return blocked
                ? ((output / BLOCK * (inputs / BLOCK) + input / BLOCK) * TAPS + tap) * BLOCK * BLOCK
                : (tap * inputs + input) * outputs + output;
    }
}
