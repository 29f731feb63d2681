package org.batchmill.queues;

/** The end of the data: a dequeue from a closed queue that holds too few elements, or a producer that has done its epochs. */
public final class OutOfRangeException extends QueueException {

    private static final long serialVersionUID = 1L;

    public OutOfRangeException(String message) {
        super(message);
    }
}
