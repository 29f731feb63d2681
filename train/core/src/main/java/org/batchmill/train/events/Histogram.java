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

    /**
     * The first bucket that a float can be in, by its sign, its exponent and the first four bits of its fraction: what follows of the fraction
     * makes it at most 1/16 larger, which is one bucket further or none. A search over all limits would take most of a summary's time.
     */
    private static final short[] FIRST = firstBuckets();

    private static final int SHIFT = 19;

    private static short[] firstBuckets() {
        short[] first = new short[1 << (Float.SIZE - SHIFT)];
        for (int i = 0; i < first.length; i++) {
            float one = Float.intBitsToFloat(i << SHIFT);
            float other = Float.intBitsToFloat(i << SHIFT | (1 << SHIFT) - 1);
            if (Float.isFinite(one)) {
                first[i] = (short) search(Math.min(one, other));
            }
        }
        return first;
    }

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
    private static int bucketOf(float value) {
        int bucket = FIRST[Float.floatToRawIntBits(value) >>> SHIFT];
        while (LIMITS[bucket] <= value && bucket < LIMITS.length - 1) {
            bucket++;
        }
        return bucket;
    }

    private static int search(double value) {
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
