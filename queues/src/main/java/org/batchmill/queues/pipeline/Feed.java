package org.batchmill.queues.pipeline;

/** Hands out the elements of a run in order. Called by one worker at a time. */
interface Feed<T> extends AutoCloseable {

    /**
     * The next element, or null at the end of all epochs. May wait for the source.
     *
     * @param sequence of the element; counts up by one at each call that did not return null
     * @throws Exception ends the pipeline; a bad element is no exception here but a failed ticket
     */
    <D> Ticket<T, D> take(long sequence) throws Exception;

    /** Reads the element of a ticket that came without it. Many threads at once. */
    T read(long index) throws Exception;

    /** Names an element that could not be read. */
    default String name(long index) {
        return "element " + index;
    }

    /** Whether {@link #take} may wait for somebody outside, for however long: no more than one worker is to be kept by that. */
    default boolean waits() {
        return false;
    }

    /** What decides the order, in words; equal for feeds that hand out the same elements in the same order. */
    String order();

    /** How many draws an epoch has; -1 if that is not known. */
    default long epochLength() {
        return -1;
    }

    /** Where the first element comes from. */
    FeedPosition begin();

    /** Ends the threads of the feed, if it has some. */
    @Override
    default void close() {}
}
