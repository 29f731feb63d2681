package org.batchmill.queues.pipeline;

/** A pipeline cannot go on where another stood: they draw in other orders. */
public final class OtherOrderException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    OtherOrderException(String before, String now) {
        super("the state is of another order: it was \"" + before + "\", this is \"" + now + "\"");
    }
}
