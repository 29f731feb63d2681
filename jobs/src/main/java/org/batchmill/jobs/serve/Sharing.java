package org.batchmill.jobs.serve;

/** How batches are shared out among consumers. Guarded by the {@link ServedStream}. */
interface Sharing {

    /** As {@link Hello#sharing()}. */
    String name();

    /** Whether a consumer is connected. */
    boolean inUse();

    /** Whether a consumer that comes while none is connected takes up what it left by its name. */
    boolean awaits(Hello hello);

    /** Takes a consumer, or says why not. */
    Consumer join(Hello hello) throws Refusal;

    /**
     * Where the batches are to begin, when all are there that must be: once, then null. Until {@link #begin} nothing is given.
     */
    Position start();

    /** The window begins where {@link #start} said. */
    void begin();

    /** Where a consumer stands that did not say where it goes on. */
    Position where(Consumer consumer);

    /** The consumer is done with all that it was given; {@code released} it does not read any more. */
    void acknowledge(Consumer consumer, Iterable<Long> released);

    /** What comes next for a consumer; null if it has to wait. */
    Reply next(Consumer consumer);

    /** What it waits for, for people. */
    String waitsFor(Consumer consumer);

    /**
     * A consumer is gone; what it has not acknowledged is given again.
     *
     * @param inOrder it said so: nobody will go on in its place
     */
    void leave(Consumer consumer, boolean inOrder);

    /** Whether somebody may still read a batch, or is to be given it. */
    boolean needs(long number);
}
