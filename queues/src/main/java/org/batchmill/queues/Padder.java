package org.batchmill.queues;

/**
 * What a {@link PaddingFifoQueue} must know of its elements. Stateless.
 *
 * @param <E> the elements
 */
public interface Padder<E> {

    /** The size in each dimension; its length is the rank. */
    int[] shape(E element);

    /** The element, or a copy of it, enlarged to {@code shape} with zeros behind its own values. */
    E pad(E element, int[] shape);

    /**
     * For nested arrays of numbers: {@code float[]}, {@code float[][]}, {@code int[][]} and so on. The rank is the depth of the
     * nesting. Rows of one element that differ in length are padded to the longest too.
     *
     * @throws IllegalArgumentException if the type is no array of numbers
     */
    static <E> Padder<E> ofArrays(Class<E> type) {
        return new ArrayPadder<>(type);
    }
}
