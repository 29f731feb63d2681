package org.batchmill.train.loop;

import org.batchmill.records.UsageException;

/**
 * When the ranks of a gang bring together what they learn.
 *
 * @param kind  how
 * @param every with {@link Kind#EVERY}: after how many steps weights are averaged; else 1
 */
public record Synchronization(Kind kind, int every) {

    /** How. */
    public enum Kind {
        /** Gradients are summed in each step: the numbers of one process. */
        STEP,
        /** Each rank learns from its rows alone, and weights are averaged every so many steps (Stich, Local SGD converges fast, 2019). */
        EVERY,
        /**
         * Rank 0 holds the parameters; the others push gradients and pull weights without waiting for each other (Dean et al., Large scale
         * distributed deep networks, 2012).
         */
        ASYNC
    }

    /** In each step. */
    public static final Synchronization EACH_STEP = new Synchronization(Kind.STEP, 1);

    private static final String STEP = "step";
    private static final String ASYNC = "async";
    private static final String EVERY = "every:";

    public Synchronization {
        if (every < 1) {
            throw new UsageException("weights cannot be averaged every " + every + " steps");
        }
    }

    /** @param text {@code step}, {@code every:K} or {@code async} */
    public static Synchronization parse(String text) {
        if (text.equals(STEP)) {
            return EACH_STEP;
        }
        if (text.equals(ASYNC)) {
            return new Synchronization(Kind.ASYNC, 1);
        }
        if (text.matches(EVERY + "[1-9]\\d{0,6}")) {
            return new Synchronization(Kind.EVERY, Integer.parseInt(text.substring(EVERY.length())));
        }
        throw new UsageException("step, every:K or async, not " + text);
    }

    /** Whether one rank holds the parameters and learns nothing itself. */
    public boolean isAsync() {
        return kind == Kind.ASYNC;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case STEP -> STEP;
            case EVERY -> EVERY + every;
            case ASYNC -> ASYNC;
        };
    }
}
