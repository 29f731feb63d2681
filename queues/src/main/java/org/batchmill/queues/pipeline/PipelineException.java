package org.batchmill.queues.pipeline;

/** A pipeline ended by an error. The message names the element if one was bad; the cause is what was thrown first. */
public final class PipelineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remark;

    PipelineException(String message, Throwable cause) {
        this(message, cause, "");
    }

    private PipelineException(String message, Throwable cause, String remark) {
        super(message, cause);
        this.remark = remark;
    }

    /** What the message says beyond its cause: the budget and what was left out before, for instance. May be empty. */
    public String remark() {
        return remark;
    }

    /** Names the element, unless the cause does. */
    static PipelineException badElement(String name, Exception cause, String more) {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new PipelineException((reason.contains(name) ? reason : name + ": " + reason) + more, cause, more);
    }

    /** For a consumer that asks again: each time with the stack of the asking thread. */
    static PipelineException again(Throwable first) {
        return first instanceof PipelineException known
                ? new PipelineException(known.getMessage(), known.getCause(), known.remark)
                : new PipelineException(first.toString(), first);
    }
}
