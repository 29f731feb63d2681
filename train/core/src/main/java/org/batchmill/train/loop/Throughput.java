package org.batchmill.train.loop;

import java.time.Duration;

/**
 * Images a second, over the last steps and over all, and the share of waiting over all: what is shown while it runs and at the end is one
 * number.
 */
final class Throughput {

    /** Steps that the moving speed is taken over. */
    private static final int WINDOW = 32;

    private final long[] nanos = new long[WINDOW];
    private final int[] rows = new int[WINDOW];
    private long steps;
    private long allNanos;
    private long allWaited;
    private long allWithOthers;
    private long allRows;
    private long windowNanos;
    private long windowRows;

    void add(long stepNanos, long waitedNanos, long nanosWithOthers, int stepRows) {
        int slot = (int) (steps++ % WINDOW);
        windowNanos += stepNanos - nanos[slot];
        windowRows += stepRows - rows[slot];
        nanos[slot] = stepNanos;
        rows[slot] = stepRows;
        allNanos += stepNanos;
        allWaited += waitedNanos;
        allWithOthers += nanosWithOthers;
        allRows += stepRows;
    }

    double imagesPerSecond() {
        return perSecond(windowRows, windowNanos);
    }

    double overallImagesPerSecond() {
        return perSecond(allRows, allNanos);
    }

    double waitedShare() {
        return allNanos == 0 ? 0 : (double) allWaited / allNanos;
    }

    /** The share of the time in which other ranks were waited for and gradients exchanged. */
    double othersShare() {
        return allNanos == 0 ? 0 : (double) allWithOthers / allNanos;
    }

    /** How long {@code more} steps take at the present pace. */
    Duration remaining(long more) {
        long measured = Math.min(steps, WINDOW);
        return Duration.ofNanos(measured == 0 ? 0 : windowNanos / measured * more);
    }

    private static double perSecond(long rows, long nanos) {
        return nanos == 0 ? 0 : rows * 1e9 / nanos;
    }
}
