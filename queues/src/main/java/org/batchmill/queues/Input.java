package org.batchmill.queues;

/** Where a batching queue gets its elements, one at a time: often the {@code dequeue} of another queue. */
@FunctionalInterface
public interface Input<E> {

    /**
     * The next element.
     *
     * @throws OutOfRangeException at the end of the data
     */
    E next() throws Exception;
}
