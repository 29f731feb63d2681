package org.batchmill.engine.onednn.winograd;

import static org.batchmill.engine.onednn.winograd.Winograd.SIDE;
import static org.batchmill.engine.onednn.winograd.Winograd.TILE;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Reads lines of 4x4 tiles out of the gradients of a filter's outputs, which lie channels last, transformed by {@link Winograd#outputGradient}
 * along both axes; and sums the gradients of each channel.
 */
public final class GradientTiles {

    private final TileGrid grid;
    private final int channels;
    private final int run;

    public GradientTiles(TileGrid grid, int channels) {
        this.grid = grid;
        this.channels = channels;
        this.run = grid.across() * channels;
    }

    /** Floats of a run that a {@link TileMemory} needs. */
    public int runLength() {
        return run;
    }

    /**
     * Reads a line.
     *
     * @param to    [36][tiles][channels]
     * @param tiles of one position in {@code to}
     * @param tile  where the line's first one goes
     * @param sums  [channels], added to
     */
    public void read(
            FloatBuffer gradients, int line, FloatBuffer to, int tiles, int tile, float[] sums, TileMemory memory) {
        int top = line % grid.down() * TILE;
        int rows = Math.min(TILE, grid.output().height() - top);
        int width = grid.output().width();
        int base = (line / grid.down() * grid.output().height() + top) * width * channels;
        float[] columnSums = memory.perChannel[0];
        Arrays.fill(columnSums, 0, run, 0);
        for (int row = 0; row < TILE; row++) {
            if (row >= rows) {
                for (float[][] its : memory.halves) {
                    Arrays.fill(its[row], 0, run, 0);
                }
                continue;
            }
            gradients.get(base + row * width * channels, memory.line, 0, width * channels);
            memory.spread(grid.output(), channels, width, grid.across() * TILE, 0);
            add(memory.positions, columnSums);
            Winograd.outputGradient(memory.positions, memory.across(row), run);
        }
        for (int at = 0; at < run; at += channels) {
            for (int i = 0; i < channels; i++) {
                sums[i] += columnSums[at + i];
            }
        }
        for (int column = 0; column < SIDE; column++) {
            Winograd.outputGradient(memory.halves[column], memory.results, run);
            for (int row = 0; row < SIDE; row++) {
                to.put(((row * SIDE + column) * tiles + tile) * channels, memory.results[row], 0, run);
            }
        }
    }

    private void add(float[][] positions, float[] sums) {
        float[] p0 = positions[0];
        float[] p1 = positions[1];
        float[] p2 = positions[2];
        float[] p3 = positions[3];
        for (int i = 0; i < run; i++) {
            sums[i] += (p0[i] + p1[i]) + (p2[i] + p3[i]);
        }
    }
}
