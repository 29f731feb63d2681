package org.batchmill.engine.onednn.winograd;

import static org.batchmill.engine.onednn.winograd.Winograd.SIDE;
import static org.batchmill.engine.onednn.winograd.Winograd.TILE;

import java.nio.FloatBuffer;

/**
 * Writes lines of tiles of 4x4 cells into images that lie channels last, from the products that {@link Winograd#output} transforms along
 * both axes.
 */
public final class OutputTiles {

    /** Floats of a run: all runs of a tile's products fit into the first-level cache. */
    private static final int RUN = 512;

    private final TileGrid grid;
    private final TileGrid.Side side;
    private final int pixel;
    /** Floats of a row of a cell. */
    private final int piece;
    /** Floats of a cell. */
    private final int channels;
    /** Tiles that are worked on at a time. */
    private final int stretch;

    /** @param pixel channels of a pixel */
    public OutputTiles(TileGrid grid, int pixel) {
        this.grid = grid;
        this.side = grid.output();
        this.pixel = pixel;
        this.piece = side.cell() * pixel;
        this.channels = side.cell() * piece;
        this.stretch = Math.min(grid.across(), Math.max(1, RUN / channels));
    }

    /** Channels of a cell. */
    public int channels() {
        return channels;
    }

    /** Floats of a run that a {@link TileMemory} needs. */
    public int runLength() {
        return stretch * channels;
    }

    /** What is applied to each value by its channel, of cells of one pixel: {@code value * factor + summand}. Either may be null for none. */
    public record PerChannel(FloatBuffer factors, FloatBuffer summands) {}

    /** Prepares the memory for {@link #write}. */
    public void prepare(PerChannel what, TileMemory memory) {
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
    public void write(
            FloatBuffer products,
            int tiles,
            int tile,
            int line,
            PerChannel what,
            FloatBuffer images,
            TileMemory memory) {
        int image = line / grid.down();
        int top = line % grid.down() * TILE;
        int rows = Math.min(TILE, side.cellsDown() - top);
        for (int first = 0; first < grid.across(); first += stretch) {
            int count = Math.min(stretch, grid.across() - first);
            int run = count * channels;
            for (int column = 0; column < SIDE; column++) {
                for (int row = 0; row < SIDE; row++) {
                    int at = ((row * SIDE + column) * tiles + tile + first) * channels;
                    products.get(at, memory.positions[row], 0, run);
                }
                Winograd.output(memory.positions, memory.across(column), run);
            }
            int cells = Math.min(count * TILE, side.cellsAcross() - first * TILE);
            for (int row = 0; row < rows; row++) {
                Winograd.output(memory.halves[row], memory.results, run);
                for (int column = 0; column < TILE; column++) {
                    apply(what, memory.results[column], memory.perChannel, run);
                }
                writeRow(images, image, top + row, first * TILE, cells, memory);
            }
        }
    }

    /** Writes the results of some cells of a row. */
    private void writeRow(FloatBuffer images, int image, int row, int first, int cells, TileMemory memory) {
        int left = Math.max(0, first * side.cell() - side.left());
        int right = Math.min(side.width(), (first + cells) * side.cell() - side.left());
        for (int i = 0; i < side.cell(); i++) {
            int y = row * side.cell() - side.top() + i;
            if (y < 0 || y >= side.height()) {
                continue;
            }
            for (int cell = 0; cell < cells; cell++) {
                int x = (first + cell) * side.cell() - side.left();
                int from = Math.max(left, x);
                int until = Math.min(right, x + side.cell());
                int at = cell / TILE * channels + i * piece + (from - x) * pixel;
                System.arraycopy(
                        memory.results[cell % TILE], at, memory.line, (from - left) * pixel, (until - from) * pixel);
            }
            int at = ((image * side.height() + y) * side.width() + left) * pixel;
            images.put(at, memory.line, 0, (right - left) * pixel);
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
