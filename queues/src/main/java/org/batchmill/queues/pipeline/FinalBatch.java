package org.batchmill.queues.pipeline;

/** What becomes of elements that do not fill a batch. */
public enum FinalBatch {
    /** Batches run across the ends of epochs; the last one of all may be smaller. */
    SMALLER,
    /** Batches run across the ends of epochs; what is left at the end of all is dropped. */
    DROPPED,
    /** No batch holds elements of two epochs; the last one of each may be smaller. */
    SMALLER_EACH_EPOCH,
    /** No batch holds elements of two epochs; what is left at the end of each is dropped. */
    DROPPED_EACH_EPOCH;

    boolean dropped() {
        return this == DROPPED || this == DROPPED_EACH_EPOCH;
    }

    boolean eachEpoch() {
        return this == SMALLER_EACH_EPOCH || this == DROPPED_EACH_EPOCH;
    }
}
