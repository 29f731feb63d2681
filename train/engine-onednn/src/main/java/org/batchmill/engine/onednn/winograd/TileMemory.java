package org.batchmill.engine.onednn.winograd;

/**
 * A thread's memory for {@link Winograd}'s maps: runs of floats on the Java heap, which all operations of a plan share. What lies in it
 * lasts for one line of tiles.
 */
public final class TileMemory {

    private static final int SIDE = Winograd.SIDE;

    /** The places along a line. */
    public float[][] places = new float[SIDE][0];

    /** What is mapped along one axis: a run for each place along that axis, and in it for each along the other. */
    public float[][][] halves = new float[SIDE][SIDE][0];

    /** What is mapped along both axes. */
    public float[][] results = new float[SIDE][0];

    /** Values for each place of a run: factors and summands, or sums. */
    public float[][] perChannel = new float[2][0];

    /** A line of a picture as it lies. */
    public float[] line = {};

    private final float[][] across = new float[SIDE][];

    /** Makes room for runs of so many floats, before any is used. */
    public void grow(int length) {
        if (length > results[0].length) {
            places = new float[SIDE][length];
            halves = new float[SIDE][SIDE][length];
            results = new float[SIDE][length];
            perChannel = new float[2][length];
            line = new float[length * Winograd.TILE];
        }
    }

    /** The runs of one place in all {@link #halves}; valid until it is asked again. */
    public float[][] across(int place) {
        for (int i = 0; i < SIDE; i++) {
            across[i] = halves[i][place];
        }
        return across;
    }
}
