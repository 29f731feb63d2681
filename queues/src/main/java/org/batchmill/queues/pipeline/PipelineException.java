package org.batchmill.queues.pipeline;

/** A pipeline ended by an error. The message names the element if one was bad; the cause is what was thrown first. */
public final class PipelineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PipelineException(String message, Throwable cause) {
        super(message, cause);
    }
}
