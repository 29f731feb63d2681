package org.batchmill.queues;

/** A queue was closed twice. */
public final class QueueAbortedException extends QueueException {

    private static final long serialVersionUID = 1L;

    QueueAbortedException(String message) {
        super(message);
    }
}
