package org.batchmill.jobs.serve;

/** A consumer is not taken. The message is one line that it shows to its user. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean later;

    private Refusal(String message, boolean later) {
        super(message);
        this.later = later;
    }

    /** It will not be taken however often it asks. */
    static Refusal forGood(String message) {
        return new Refusal(message, false);
    }

    /** It may be taken when others have left. */
    static Refusal forNow(String message) {
        return new Refusal(message, true);
    }

    /** Whether asking again later makes sense. */
    boolean later() {
        return later;
    }
}
