package org.batchmill.queues.pipeline;

/**
 * What follows when an element cannot be read or decoded: the run fails, or leaves it out and tells the listener.
 *
 * @param skips  whether bad elements are left out at all
 * @param budget so many different elements may be left out over the whole run, restored parts included, however often each is met; one
 *               more fails it
 */
public record ErrorPolicy(boolean skips, long budget) {

    public ErrorPolicy {
        if (budget < 0) {
            throw new IllegalArgumentException("an error budget is not negative: " + budget);
        }
    }

    /** The first bad element ends the run. */
    public static ErrorPolicy fail() {
        return new ErrorPolicy(false, 0);
    }

    public static ErrorPolicy skip(long budget) {
        return new ErrorPolicy(true, budget);
    }
}
