package org.batchmill.queues.pipeline;

/**
 * What follows when an element cannot be read or decoded.
 *
 * @param mode   whether the run fails or goes on
 * @param budget so many different elements may be left out over the whole run, restored parts included, however often each is met; one
 *               more fails it
 */
public record ErrorPolicy(Mode mode, long budget) {

    /** Whether the run fails or goes on. */
    public enum Mode {
        FAIL,
        SKIP,
        /** As skip, and the listener is told to write the element to the quarantine list. */
        QUARANTINE
    }

    public ErrorPolicy {
        if (budget < 0) {
            throw new IllegalArgumentException("an error budget is not negative: " + budget);
        }
    }

    /** The first bad element ends the run. */
    public static ErrorPolicy fail() {
        return new ErrorPolicy(Mode.FAIL, 0);
    }

    public static ErrorPolicy skip(long budget) {
        return new ErrorPolicy(Mode.SKIP, budget);
    }

    public static ErrorPolicy quarantine(long budget) {
        return new ErrorPolicy(Mode.QUARANTINE, budget);
    }
}
