package org.batchmill.queues.threads;

/** A thread that somebody waits for has died; the message names it, the cause is what ended it. It is never the data's fault. */
public final class WorkerDiedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param thread the name of the thread */
    public WorkerDiedException(String thread, Throwable cause) {
        super("thread " + thread + " died of " + cause, cause);
    }
}
