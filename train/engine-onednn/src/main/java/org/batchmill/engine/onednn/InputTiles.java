package org.batchmill.engine.onednn;

import static org.batchmill.engine.onednn.Winograd.SIDE;
import static org.batchmill.engine.onednn.Winograd.TILE;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Reads lines of overlapping 6x6 tiles out of pictures that lie channels last, mapped by {@link Winograd#input} along both axes. */
final class InputTiles {

    private static final int OVERLAP = SIDE - TILE;

    private final TileGrid grid;
    private final int channels;
    private final int run;

    InputTiles(TileGrid grid, int channels) {
        this.grid = grid;
        this.channels = channels;
        this.run = grid.across() * channels;
    }

    /** Floats of a run that a {@link TileMemory} needs. */
    int runLength() {
        return run + channels;
    }

    /**
     * Reads lines that follow each other.
     *
     * @param to    [36][tiles][channels]
     * @param tiles of one position in {@code to}
     * @param tile  where the first line's first one goes
     */
    void read(FloatBuffer pictures, int first, int count, FloatBuffer to, int tiles, int tile, TileMemory memory) {
        for (int line = first; line < first + count; line++) {
            int picture = line / grid.down();
            int top = line % grid.down() * TILE - grid.top();
            boolean below = line > first && line % grid.down() > 0;
            if (below) {
                keepOverlap(memory);
            }
            for (int row = below ? OVERLAP : 0; row < SIDE; row++) {
                readRow(pictures, picture, top + row, row, memory);
            }
            int at = tile + (line - first) * grid.across();
            for (int column = 0; column < SIDE; column++) {
                Winograd.input(memory.halves[column], memory.results, run);
                for (int row = 0; row < SIDE; row++) {
                    to.put(((row * SIDE + column) * tiles + at) * channels, memory.results[row], 0, run);
                }
            }
        }
    }

    /** The last rows of a line are the first ones of the line below. */
    private static void keepOverlap(TileMemory memory) {
        for (float[][] rows : memory.halves) {
            for (int row = 0; row < OVERLAP; row++) {
                float[] kept = rows[TILE + row];
                rows[TILE + row] = rows[row];
                rows[row] = kept;
            }
        }
    }

    /** Maps a row of a picture along the row. */
    private void readRow(FloatBuffer pictures, int picture, int y, int row, TileMemory memory) {
        if (y < 0 || y >= grid.height()) {
            for (float[][] rows : memory.halves) {
                Arrays.fill(rows[row], 0, run, 0);
            }
            return;
        }
        int width = grid.width();
        pictures.get((picture * grid.height() + y) * width * channels, memory.line, 0, width * channels);
        // Values that are four apart lie beside each other, so that each place of all tiles is one run.
        int end = grid.across() * TILE + OVERLAP;
        int right = Math.min(end, grid.left() + width);
        for (int x = 0; x < grid.left(); x++) {
            Arrays.fill(memory.places[x % TILE], x / TILE * channels, (x / TILE + 1) * channels, 0);
        }
        for (int x = grid.left(), from = 0; x < right; x++, from += channels) {
            System.arraycopy(memory.line, from, memory.places[x % TILE], x / TILE * channels, channels);
        }
        for (int x = right; x < end; x++) {
            Arrays.fill(memory.places[x % TILE], x / TILE * channels, (x / TILE + 1) * channels, 0);
        }
        for (int i = 0; i < OVERLAP; i++) {
            System.arraycopy(memory.places[i], channels, memory.places[TILE + i], 0, run);
        }
        Winograd.input(memory.places, memory.across(row), run);
    }
}
