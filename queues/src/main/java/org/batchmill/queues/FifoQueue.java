package org.batchmill.queues;

import java.util.ArrayDeque;
import java.util.List;

/** First in, first out. */
public final class FifoQueue<E> extends BoundedQueue<E> {

    private final ArrayDeque<E> elements = new ArrayDeque<>();

    public FifoQueue(String name, int capacity) {
        super(name, capacity);
    }

    @Override
    void store(E element) {
        elements.add(element);
    }

    @Override
    E take() {
        return elements.poll();
    }

    @Override
    void putBack(List<E> taken) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            elements.addFirst(taken.get(i));
        }
    }

    @Override
    int stored() {
        return elements.size();
    }
}
