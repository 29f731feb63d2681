package org.batchmill.train.events;

import java.util.Arrays;
import org.batchmill.train.protobuf.Message;

/**
 * How values are spread, in the buckets that TensorFlow uses: limits 1e-12 * 1.1^n up to 1e20 on both sides of 0. Values that are no
 * numbers are counted apart. A plain value.
 *
 * @param limits upper ends of the buckets, ascending; empty buckets at both ends are left out
 * @param counts values in each bucket
 */
@SuppressWarnings("ArrayRecordComponent") // written and forgotten, never compared
record Histogram(
        double min, double max, long count, double sum, double sumOfSquares, double[] limits, double[] counts) {

    private static final double[] LIMITS = bucketLimits();

    private static double[] bucketLimits() {
        double[] positive = new double[800];
        int n = 0;
        for (double limit = 1e-12; limit < 1e20; limit *= 1.1) {
            positive[n++] = limit;
        }
        double[] all = new double[2 * n + 3];
        all[0] = -Double.MAX_VALUE;
        for (int i = 0; i < n; i++) {
            all[1 + i] = -positive[n - 1 - i];
            all[n + 2 + i] = positive[i];
        }
        all[n + 1] = 0;
        all[2 * n + 2] = Double.MAX_VALUE;
        return all;
    }

    static Histogram of(float[] values) {
        double[] counts = new double[LIMITS.length];
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double sumOfSquares = 0;
        long count = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                counts[bucketOf(value)]++;
                min = Math.min(min, value);
                max = Math.max(max, value);
                sum += value;
                sumOfSquares += (double) value * value;
                count++;
            }
        }
        return trimmed(count == 0 ? 0 : min, count == 0 ? 0 : max, count, sum, sumOfSquares, counts);
    }

    /** The first bucket whose limit is above the value. */
    private static int bucketOf(double value) {
        int found = Arrays.binarySearch(LIMITS, value);
        return found >= 0 ? Math.min(found + 1, LIMITS.length - 1) : -found - 1;
    }

    private static Histogram trimmed(
            double min, double max, long count, double sum, double sumOfSquares, double[] counts) {
        int from = 0;
        while (from < counts.length - 1 && counts[from] == 0) {
            from++;
        }
        int to = counts.length;
        while (to > from + 1 && counts[to - 1] == 0) {
            to--;
        }
        return new Histogram(
                min,
                max,
                count,
                sum,
                sumOfSquares,
                Arrays.copyOfRange(LIMITS, from, to),
                Arrays.copyOfRange(counts, from, to));
    }

    double mean() {
        return count == 0 ? 0 : sum / count;
    }

    double standardDeviation() {
        double mean = mean();
        return count == 0 ? 0 : Math.sqrt(Math.max(0, sumOfSquares / count - mean * mean));
    }

    Message toMessage() {
        return new Message()
                .number(1, min)
                .number(2, max)
                .number(3, (double) count)
                .number(4, sum)
                .number(5, sumOfSquares)
                .numbers(6, limits)
                .numbers(7, counts);
    }
}
