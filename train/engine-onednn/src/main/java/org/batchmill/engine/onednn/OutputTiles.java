package org.batchmill.engine.onednn;

import static org.batchmill.engine.onednn.Winograd.SIDE;
import static org.batchmill.engine.onednn.Winograd.TILE;

import java.nio.FloatBuffer;

/** Writes lines of 4x4 tiles into pictures that lie channels last, from the products that {@link Winograd#output} maps along both axes. */
final class OutputTiles {

    /** Floats of a run: all runs of a tile's products fit into the first-level cache. */
    private static final int RUN = 512;

    private final TileGrid grid;
    private final int channels;
    /** Tiles that are worked on at a time. */
    private final int stretch;

    OutputTiles(TileGrid grid, int channels) {
        this.grid = grid;
        this.channels = channels;
        this.stretch = Math.min(grid.across(), Math.max(1, RUN / channels));
    }

    /** Floats of a run that a {@link TileMemory} needs. */
    int runLength() {
        return stretch * channels;
    }

    /** What is applied to each value by its channel: {@code value * factor + summand}. Either may be null for none. */
    record PerChannel(FloatBuffer factors, FloatBuffer summands) {}

    /** Prepares the memory for {@link #write}. */
    void prepare(PerChannel what, TileMemory memory) {
        repeat(what.factors(), memory.perChannel[0]);
        repeat(what.summands(), memory.perChannel[1]);
    }

    private void repeat(FloatBuffer values, float[] to) {
        for (int at = 0; values != null && at < runLength(); at += channels) {
            values.get(0, to, at, channels);
        }
    }

    /**
     * Writes a line.
     *
     * @param products [36][tiles][channels]
     * @param tiles    of one position in {@code products}
     * @param tile     where the line's first one lies
     * @param what     as prepared
     */
    void write(
            FloatBuffer products,
            int tiles,
            int tile,
            int line,
            PerChannel what,
            FloatBuffer pictures,
            TileMemory memory) {
        int top = line % grid.down() * TILE;
        int rows = Math.min(TILE, grid.outHeight() - top);
        int base = (line / grid.down() * grid.outHeight() + top) * grid.outWidth();
        for (int first = 0; first < grid.across(); first += stretch) {
            int count = Math.min(stretch, grid.across() - first);
            int run = count * channels;
            for (int column = 0; column < SIDE; column++) {
                for (int row = 0; row < SIDE; row++) {
                    int at = ((row * SIDE + column) * tiles + tile + first) * channels;
                    products.get(at, memory.places[row], 0, run);
                }
                Winograd.output(memory.places, memory.across(column), run);
            }
            int left = first * TILE;
            int width = Math.min(count * TILE, grid.outWidth() - left);
            for (int row = 0; row < rows; row++) {
                Winograd.output(memory.halves[row], memory.results, run);
                for (int column = 0; column < TILE; column++) {
                    apply(what, memory.results[column], memory.perChannel, run);
                }
                for (int x = 0; x < width; x++) {
                    System.arraycopy(
                            memory.results[x % TILE], x / TILE * channels, memory.line, x * channels, channels);
                }
                int at = (base + row * grid.outWidth() + left) * channels;
                pictures.put(at, memory.line, 0, width * channels);
            }
        }
    }

    private static void apply(PerChannel what, float[] values, float[][] perChannel, int run) {
        float[] factors = perChannel[0];
        float[] summands = perChannel[1];
        if (what.factors() != null) {
            for (int i = 0; i < run; i++) {
                values[i] = values[i] * factors[i];
            }
        }
        if (what.summands() != null) {
            for (int i = 0; i < run; i++) {
                values[i] = values[i] + summands[i];
            }
        }
    }
}
