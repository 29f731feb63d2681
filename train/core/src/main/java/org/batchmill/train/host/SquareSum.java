package org.batchmill.train.host;

import java.util.Arrays;

/** Sums of squares in lanes side by side, which the compiler turns into vector instructions; sums of few floats, then doubles. */
final class SquareSum {

    static final int LANES = 256;

    private SquareSum() {}

    /** @param lanes memory of {@link #LANES} values, overwritten */
    static double of(float[] values, int count, float[] lanes) {
        Arrays.fill(lanes, 0);
        int whole = count / LANES * LANES;
        for (int from = 0; from < whole; from += LANES) {
            for (int i = 0; i < LANES; i++) {
                lanes[i] += values[from + i] * values[from + i];
            }
        }
        double sum = 0;
        for (int i = 0; i < LANES; i++) {
            sum += lanes[i];
        }
        for (int i = whole; i < count; i++) {
            sum += (double) values[i] * values[i];
        }
        return sum;
    }
}
