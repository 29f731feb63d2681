package org.batchmill.queues;

import java.util.List;

/**
 * A queue that is filled from inputs and emptied in batches; made by {@link Batching}. Start {@link #runner()} to make it run.
 * Safe for use by many threads.
 */
public final class Batcher<E> {

    private final BoundedQueue<E> queue;
    private final QueueRunner runner;
    private final int batchSize;
    private final boolean allowSmallerFinalBatch;
    private final int minimum;

    Batcher(
            BoundedQueue<E> queue,
            List<EnqueueAction> actions,
            int batchSize,
            boolean allowSmallerFinalBatch,
            int minimum) {
        this.queue = queue;
        this.runner = new QueueRunner(queue, actions);
        this.batchSize = batchSize;
        this.allowSmallerFinalBatch = allowSmallerFinalBatch;
        this.minimum = minimum;
    }

    /**
     * The next batch, waiting for it.
     *
     * @throws OutOfRangeException at the end of the data. What does not fill a batch is lost then, unless smaller final batches
     *                             are allowed
     */
    public List<E> next() throws InterruptedException {
        return allowSmallerFinalBatch ? queue.dequeueUpTo(batchSize) : queue.dequeueMany(batchSize);
    }

    /** How full the queue is above its minimum: {@code max(0, size - min) / (capacity - min)}. */
    public double fullness() {
        return Math.max(0, queue.size() - minimum) / (double) (queue.capacity() - minimum);
    }

    public BoundedQueue<E> queue() {
        return queue;
    }

    public QueueRunner runner() {
        return runner;
    }
}
