package org.batchmill.ingest.packing;

import org.batchmill.records.BoxRules;

/**
 * Counts what the rules do to the boxes of one sample. Workers share an open data set and its rules; rules speak on the thread that
 * reads, so each thread has counts of its own.
 */
final class BoxTally implements BoxRules.Listener {

    private final ThreadLocal<BoxCounts> counts = ThreadLocal.withInitial(() -> BoxCounts.NONE);

    @Override
    public void dropped(String where) {
        counts.set(counts.get().plus(new BoxCounts(1, 0)));
    }

    @Override
    public void clipped(String where) {
        counts.set(counts.get().plus(new BoxCounts(0, 1)));
    }

    /** What was counted on this thread since the last call. */
    BoxCounts take() {
        BoxCounts taken = counts.get();
        counts.remove();
        return taken;
    }
}
