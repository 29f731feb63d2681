package org.batchmill.queues;

/** What a thread of a {@link QueueRunner} does again and again: get something and put it into the queue. */
@FunctionalInterface
public interface EnqueueAction {

    /**
     * Enqueues once.
     *
     * @throws OutOfRangeException at the end of the data
     * @throws Exception           anything else ends all that runs under the same coordinator
     */
    void enqueue() throws Exception;
}
