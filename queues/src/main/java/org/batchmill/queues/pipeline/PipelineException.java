package org.batchmill.queues.pipeline;

/** A pipeline ended by an error. The message names the element if one was bad; the cause is what was thrown first. */
public final class PipelineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PipelineException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Names the element, unless the cause does. */
    static PipelineException badElement(String name, Exception cause, String more) {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new PipelineException((reason.contains(name) ? reason : name + ": " + reason) + more, cause);
    }

    /** For a consumer that asks again: each time with the stack of the asking thread. */
    static PipelineException again(Throwable first) {
        return first instanceof PipelineException
                ? new PipelineException(first.getMessage(), first.getCause())
                : new PipelineException(first.toString(), first);
    }
}
