package org.batchmill.train.golden;

/** Weights that every program can make for itself: a hash of the position in a network's weight stream. */
public final class FormulaWeights {

    private FormulaWeights() {}

    /** From -.5 to .5, for position {@code k} of the stream. */
    public static double r(long k) {
        int h = (int) k;
        h = (h ^ (h >>> 16)) * 0x7feb352d;
        h = (h ^ (h >>> 15)) * 0x846ca68b;
        h = h ^ (h >>> 16);
        return Integer.toUnsignedLong(h) / 4294967296.0 - .5;
    }

    /** A weight of a layer with so many connections into each output. */
    public static float weight(long k, int fanIn) {
        return (float) (r(k) * (2 * Math.sqrt(3.0 / fanIn)));
    }

    public static float bias(long k) {
        return (float) (r(k) * .1);
    }
}
