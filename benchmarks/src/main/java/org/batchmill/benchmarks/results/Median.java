package org.batchmill.benchmarks.results;

import java.util.Arrays;

/** What a series of rounds comes to. */
public final class Median {

    private Median() {}

    /** The middle one of the values in their order, the upper of two; the values stay as they are. */
    public static double of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
