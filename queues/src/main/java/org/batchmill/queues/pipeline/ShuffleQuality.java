package org.batchmill.queues.pipeline;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how well a shuffle spreads equal keys (classes) over the batches. Two rows of one batch have the same key with
 * probability {@code p}, two rows of the whole run with probability {@code P} (Simpson's index, both estimated without bias over
 * pairs of different rows). The figure is {@code (1 - p) / (1 - P)}: 1 for a global shuffle, 0 for batches of one key each. Used
 * by one thread at a time.
 */
final class ShuffleQuality {

    /** A measure of fewer batches would be noise. */
    private static final int ENOUGH_BATCHES = 8;

    private static final double POOR = 0.5;

    private final PipelineListener listener;
    private final Map<Long, long[]> batch = new HashMap<>();
    private final Map<Long, long[]> run = new HashMap<>();
    private long batchRows;
    private long runRows;
    private double equalPairs;
    private double pairs;
    private double runEqualPairs;
    private int batches;
    private boolean warned;

    ShuffleQuality(PipelineListener listener) {
        this.listener = listener;
    }

    void add(long key) {
        batch.computeIfAbsent(key, k -> new long[1])[0]++;
        runEqualPairs += run.computeIfAbsent(key, k -> new long[1])[0]++;
        batchRows++;
        runRows++;
    }

    void endBatch() {
        for (long[] count : batch.values()) {
            equalPairs += count[0] * (count[0] - 1) / 2.0;
        }
        pairs += batchRows * (batchRows - 1) / 2.0;
        batch.clear();
        batchRows = 0;
        batches++;
        double figure = figure();
        if (!warned && batches >= ENOUGH_BATCHES && figure < POOR) {
            warned = true;
            listener.onWarning(String.format(
                    Locale.ROOT,
                    "the shuffle buffer is too small for the order of the data: shuffle quality %.2f after %d batches (1 is a"
                            + " global shuffle, 0 is batches of one class each); use a larger window or queue, or shuffle"
                            + " the data when packing it",
                    figure,
                    batches));
        }
    }

    /** From 0 to about 1; NaN while nothing can be said. */
    double figure() {
        double runPairs = runRows * (runRows - 1) / 2.0;
        if (pairs == 0 || runEqualPairs == runPairs) {
            return Double.NaN;
        }
        return (1 - equalPairs / pairs) / (1 - runEqualPairs / runPairs);
    }
}
