package org.batchmill.engine.onednn.winograd;

import static org.batchmill.engine.onednn.winograd.Winograd.SIDE;
import static org.batchmill.engine.onednn.winograd.Winograd.TILE;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Reads lines of overlapping tiles of 6x6 cells out of images that lie channels last, transformed by {@link Winograd#input} along both axes. */
public final class InputTiles {

    private static final int OVERLAP = SIDE - TILE;

    private final TileGrid grid;
    private final TileGrid.Side side;
    private final int pixel;
    /** Floats of a cell. */
    private final int channels;

    private final int run;

    /** @param pixel channels of a pixel */
    public InputTiles(TileGrid grid, int pixel) {
        this.grid = grid;
        this.side = grid.input();
        this.pixel = pixel;
        this.channels = side.cell() * side.cell() * pixel;
        this.run = grid.across() * channels;
    }

    /** Channels of a cell. */
    public int channels() {
        return channels;
    }

    /** Floats of a run that a {@link TileMemory} needs. */
    public int runLength() {
        return run + channels;
    }

    /**
     * Reads lines that follow each other.
     *
     * @param to    [36][tiles][channels]
     * @param tiles of one position in {@code to}
     * @param tile  where the first line's first one goes
     */
    public void read(FloatBuffer images, int first, int count, FloatBuffer to, int tiles, int tile, TileMemory memory) {
        for (int line = first; line < first + count; line++) {
            int image = line / grid.down();
            int top = line % grid.down() * TILE;
            boolean below = line > first && top > 0;
            if (below) {
                keepOverlap(memory);
            }
            for (int row = below ? OVERLAP : 0; row < SIDE; row++) {
                readRow(images, image, top + row, row, memory);
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

    /** Transforms a row of cells along the row. */
    private void readRow(FloatBuffer images, int image, int cells, int row, TileMemory memory) {
        int y = cells * side.cell() - side.top();
        if (y + side.cell() <= 0 || y >= side.height()) {
            for (float[][] rows : memory.halves) {
                Arrays.fill(rows[row], 0, run, 0);
            }
            return;
        }
        int end = grid.across() * TILE + OVERLAP;
        for (int i = 0; i < side.cell(); i++) {
            boolean inside = y + i >= 0 && y + i < side.height();
            if (inside) {
                int width = side.width() * pixel;
                images.get((image * side.height() + y + i) * width, memory.line, 0, width);
            }
            memory.spread(side, pixel, inside ? side.width() : 0, end, i);
        }
        for (int i = 0; i < OVERLAP; i++) {
            System.arraycopy(memory.positions[i], channels, memory.positions[TILE + i], 0, run);
        }
        Winograd.input(memory.positions, memory.across(row), run);
    }
}
