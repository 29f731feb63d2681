package org.batchmill.queues.pipeline;

/**
 * Elements in the order in which they come. The pipeline calls it from one thread at a time, though not always the same.
 *
 * @param <T> small, on the heap: an encoded image with its labels
 */
public interface StreamSource<T> {

    /**
     * Waits for the next element. Interruptible.
     *
     * @return the element, or null at the end of a stream that ends
     * @throws Exception if the next element is bad; the stream then stands behind it
     */
    T next() throws Exception;

    /** The position behind the last element returned or refused, as a small opaque value that {@link #seek} takes back. */
    String position();

    /** Goes to a position that {@link #position()} of an equal stream gave. */
    void seek(String position) throws Exception;
}
