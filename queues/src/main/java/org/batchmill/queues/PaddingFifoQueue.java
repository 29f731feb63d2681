package org.batchmill.queues;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * First in, first out, for elements of one rank whose sizes may vary: the elements of a batch are padded with zeros to the
 * largest among them in each dimension. A single {@link #dequeue()} pads nothing.
 */
public final class PaddingFifoQueue<E> extends FifoQueue<E> {

    private final int rank;
    private final Padder<E> padder;

    /**
     * @param rank the number of dimensions of every element
     */
    public PaddingFifoQueue(String name, int capacity, int rank, Padder<E> padder) {
        super(name, capacity);
        this.rank = rank;
        this.padder = Objects.requireNonNull(padder, "padder");
    }

    @Override
    void check(E element) {
        super.check(element);
        int given = padder.shape(element).length;
        if (given != rank) {
            throw new IllegalArgumentException(
                    "queue " + name() + " takes elements of rank " + rank + ", not of rank " + given);
        }
    }

    @Override
    public List<E> dequeueMany(int count) throws InterruptedException {
        return padded(super.dequeueMany(count));
    }

    @Override
    public List<E> dequeueUpTo(int count) throws InterruptedException {
        return padded(super.dequeueUpTo(count));
    }

    private List<E> padded(List<E> batch) {
        int[] largest = new int[rank];
        for (E element : batch) {
            int[] shape = padder.shape(element);
            for (int i = 0; i < rank; i++) {
                largest[i] = Math.max(largest[i], shape[i]);
            }
        }
        List<E> padded = new ArrayList<>(batch.size());
        for (E element : batch) {
            padded.add(padder.pad(element, largest));
        }
        return padded;
    }
}
