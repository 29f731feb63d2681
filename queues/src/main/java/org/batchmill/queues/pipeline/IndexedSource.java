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

    /** Hears that an element will be read soon. Called in the order of the draws, by one thread at a time; waits for nothing. */
    default void soon(long index) {}

    /** Names an element that could not be read. One that was read is named by {@link BatchAssembler#name}. */
    default String name(long index) {
        return "element " + index;
    }

    /** Hears of an element that will be read soon. */
    @FunctionalInterface
    interface Foresight {
        void soon(long index);
    }

    /** Reads one element by its index. */
    @FunctionalInterface
    interface Reader<T> {
        T read(long index) throws Exception;
    }

    /** A source of {@code size} elements that {@code reader} reads. */
    static <T> IndexedSource<T> of(long size, Reader<? extends T> reader) {
        return of(size, reader, index -> {});
    }

    /** As {@link #of(long, Reader)}; {@code foresight} hears what will be read soon. */
    static <T> IndexedSource<T> of(long size, Reader<? extends T> reader, Foresight foresight) {
        return new IndexedSource<>() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public T read(long index) throws Exception {
                return reader.read(index);
            }

            @Override
            public void soon(long index) {
                foresight.soon(index);
            }
        };
    }

    /** One source after the other: element 0 of the second follows the last of the first. */
    static <T> IndexedSource<T> concat(List<? extends IndexedSource<? extends T>> sources) {
        return new ConcatenatedSource<>(new ArrayList<>(sources));
    }
}
