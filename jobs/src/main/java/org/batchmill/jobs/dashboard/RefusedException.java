package org.batchmill.jobs.dashboard;

/** A question that gets no answer, with the status that says so in HTTP. */
final class RefusedException extends Exception {

    static final int BAD = 400;
    static final int MISSING = 404;

    private static final long serialVersionUID = 1L;

    private final int status;

    RefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
