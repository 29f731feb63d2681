package org.batchmill.queues.pipeline;

import java.util.ArrayList;
import java.util.List;

/**
 * Elements that can be read in any order, by many threads at once.
 *
 * @param <T> small, on the heap: an encoded image with its labels
 */
public interface IndexedSource<T> {

    /** How many elements there are; does not change. */
    long size();

    /**
     * Reads one element.
     *
     * @param index from 0, below {@link #size()}
     * @throws Exception if it cannot be read; the pipeline's error policy decides what follows
     */
    T read(long index) throws Exception;

    /** Names an element that could not be read. One that was read is named by {@link BatchAssembler#name}. */
    default String name(long index) {
        return "element " + index;
    }

    /** Reads one element by its index. */
    @FunctionalInterface
    interface Reader<T> {
        T read(long index) throws Exception;
    }

    /** A source of {@code size} elements that {@code reader} reads. */
    static <T> IndexedSource<T> of(long size, Reader<? extends T> reader) {
        return new IndexedSource<>() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public T read(long index) throws Exception {
                return reader.read(index);
            }
        };
    }

    /** One source after the other: element 0 of the second follows the last of the first. */
    static <T> IndexedSource<T> concat(List<? extends IndexedSource<? extends T>> sources) {
        return new ConcatenatedSource<>(new ArrayList<>(sources));
    }
}
