package org.batchmill.queues;

/** A queue could not do what was asked, because of its state. The message names the queue. */
public abstract sealed class QueueException extends RuntimeException
        permits OutOfRangeException, QueueCancelledException, QueueAbortedException {

    private static final long serialVersionUID = 1L;

    QueueException(String message) {
        super(message);
    }
}
