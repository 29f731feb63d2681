package org.batchmill.queues;

import java.util.ArrayDeque;
import java.util.List;

/** First in, first out. */
public sealed class FifoQueue<E> extends BoundedQueue<E> permits PaddingFifoQueue {

    private final ArrayDeque<E> elements = new ArrayDeque<>();

    public FifoQueue(String name, int capacity) {
        super(name, capacity);
    }

    @Override
    final void store(E element) {
        elements.add(element);
    }

    @Override
    final E take() {
        return elements.poll();
    }

    @Override
    final void putBack(List<E> taken) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            elements.addFirst(taken.get(i));
        }
    }

    @Override
    final int stored() {
        return elements.size();
    }
}
