package org.batchmill.engine.onednn.winograd;

import java.util.Arrays;

/**
 * A thread's memory for {@link Winograd}'s transforms: runs of floats on the Java heap, which all operations of a plan share. What lies in it
 * lasts for one line of tiles.
 */
public final class TileMemory {

    private static final int SIDE = Winograd.SIDE;

    /** The positions along a line. */
    public float[][] positions = new float[SIDE][0];

    /** What is transformed along one axis: a run for each position along that axis, and in it for each along the other. */
    public float[][][] halves = new float[SIDE][SIDE][0];

    /** What is transformed along both axes. */
    public float[][] results = new float[SIDE][0];

    /** Values for each position of a run: factors and summands, or sums. */
    public float[][] perChannel = new float[2][0];

    /** A line of an image as it lies. */
    public float[] line = {};

    private final float[][] across = new float[SIDE][];

    /** Makes room for runs of so many floats, before any is used. */
    public void grow(int length) {
        if (length > results[0].length) {
            positions = new float[SIDE][length];
            halves = new float[SIDE][SIDE][length];
            results = new float[SIDE][length];
            perChannel = new float[2][length];
            line = new float[length * Winograd.TILE];
        }
    }

    /**
     * Spreads the {@link #line} over the {@link #positions} of the tiles: cells that are four apart come to lie beside each other, so that
     * each position of all tiles is one run. What lies beside the line is 0.
     *
     * @param side  whose line it is
     * @param pixel channels of a pixel
     * @param width pixels of the line
     * @param cells so many
     * @param row   of the cells
     */
    void spread(TileGrid.Side side, int pixel, int width, int cells, int row) {
        int piece = side.cell() * pixel;
        int channels = side.cell() * piece;
        for (int cell = 0; cell < cells; cell++) {
            float[] position = positions[cell % Winograd.TILE];
            int to = cell / Winograd.TILE * channels + row * piece;
            int x = cell * side.cell() - side.left();
            int from = Math.max(0, x);
            int until = Math.min(width, x + side.cell());
            if (until - from < side.cell()) {
                Arrays.fill(position, to, to + piece, 0);
            }
            if (from < until) {
                System.arraycopy(line, from * pixel, position, to + (from - x) * pixel, (until - from) * pixel);
            }
        }
    }

    /** The runs of one position in all {@link #halves}; valid until it is asked again. */
    public float[][] across(int position) {
        for (int i = 0; i < SIDE; i++) {
            across[i] = halves[i][position];
        }
        return across;
    }
}
