package org.batchmill.queues;

/** An enqueue into a queue that is closed, or that was closed while the enqueue waited. */
public final class QueueCancelledException extends QueueException {

    private static final long serialVersionUID = 1L;

    QueueCancelledException(String message) {
        super(message);
    }
}
