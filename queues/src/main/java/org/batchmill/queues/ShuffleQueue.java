package org.batchmill.queues;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Each element that leaves is drawn uniformly from those that are in, in constant time. While the queue is open so many elements
 * stay in that the draws are well mixed; after close they leave too.
 */
public final class ShuffleQueue<E> extends BoundedQueue<E> {

    private final int minAfterDequeue;
    private final SplittableRandom random;
    private final List<E> elements = new ArrayList<>();

    /** With a seed of its own, new each time. */
    public ShuffleQueue(String name, int capacity, int minAfterDequeue) {
        this(name, capacity, minAfterDequeue, new SplittableRandom());
    }

    /**
     * @param minAfterDequeue so many elements stay behind while the queue is open; at least 0, below the capacity
     * @param seed            fixes the order, given the same order of calls
     */
    public ShuffleQueue(String name, int capacity, int minAfterDequeue, long seed) {
        this(name, capacity, minAfterDequeue, new SplittableRandom(seed));
    }

    private ShuffleQueue(String name, int capacity, int minAfterDequeue, SplittableRandom random) {
        super(name, capacity);
        if (minAfterDequeue < 0 || minAfterDequeue >= capacity) {
            throw new IllegalArgumentException(
                    "queue " + name + ": the minimum after a dequeue is at least 0 and below the" + " capacity of "
                            + capacity + ", not " + minAfterDequeue);
        }
        this.minAfterDequeue = minAfterDequeue;
        this.random = random;
    }

    public int minAfterDequeue() {
        return minAfterDequeue;
    }

    @Override
    void store(E element) {
        elements.add(element);
    }

    @Override
    E take() {
        int last = elements.size() - 1;
        E filler = elements.remove(last);
        int drawn = random.nextInt(last + 1);
        return drawn == last ? filler : elements.set(drawn, filler);
    }

    @Override
    void putBack(List<E> taken) {
        elements.addAll(taken);
    }

    @Override
    int stored() {
        return elements.size();
    }

    @Override
    int free() {
        return Math.max(0, elements.size() - minAfterDequeue);
    }
}
