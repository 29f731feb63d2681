package org.batchmill.queues.pipeline;

/**
 * The limits inside which a pipeline tunes itself.
 *
 * @param maxWorkers  no more threads than this work at a time; all are started, those too many sleep
 * @param maxPrefetch no more batches than this are filled or ready ahead of the consumer
 * @param maxBytes    decoded elements and batches may take so much memory, as {@link BatchAssembler#decodedBytes} and {@link
 *                    BatchAssembler#batchBytes} count it; what is not counted there is not limited
 */
public record Autotune(int maxWorkers, int maxPrefetch, long maxBytes) {

    public Autotune {
        if (maxWorkers < 1 || maxPrefetch < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("the limits of autotune are at least 1: " + maxWorkers + " workers, "
                    + maxPrefetch + " batches, " + maxBytes + " bytes");
        }
    }
}
