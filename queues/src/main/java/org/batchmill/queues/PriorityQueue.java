package org.batchmill.queues;

import java.util.Comparator;
import java.util.List;

/** The lowest priority leaves first; of equal ones the one that came first. */
public final class PriorityQueue<E> extends BoundedQueue<Prioritized<E>> {

    private record Place<E>(Prioritized<E> element, long arrival) {}

    private final java.util.PriorityQueue<Place<E>> places = new java.util.PriorityQueue<>(
            Comparator.<Place<E>>comparingLong(place -> place.element().priority())
                    .thenComparingLong(Place::arrival));
    private long arrivals;
    /** What is put back goes before everything of its priority that came in meanwhile. */
    private long returns;

    public PriorityQueue(String name, int capacity) {
        super(name, capacity);
    }

    /** Puts a value in, waiting for space. */
    public void enqueue(long priority, E value) throws InterruptedException {
        enqueue(new Prioritized<>(priority, value));
    }

    @Override
    void store(Prioritized<E> element) {
        places.add(new Place<>(element, arrivals++));
    }

    @Override
    Prioritized<E> take() {
        return places.remove().element();
    }

    @Override
    void putBack(List<Prioritized<E>> taken) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            places.add(new Place<>(taken.get(i), --returns));
        }
    }

    @Override
    int stored() {
        return places.size();
    }
}
