package org.batchmill.queues;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A queue whose elements have several components of given types and shapes, as TensorFlow's queues have. What is enqueued is checked
 * against them. A batch is one tuple: each component gets the batch as its first dimension. Waiting, closing and errors are those of
 * the {@link BoundedQueue} inside. Safe for use by many threads.
 */
public final class TupleQueue {

    private final List<Component> components;
    private final boolean pads;
    private final Inside<?> inside;

    /** The queue itself, whose elements may carry more than the tuple. */
    private record Inside<Q>(BoundedQueue<Q> queue, Function<Tuple, Q> wrap, Function<Q, Tuple> unwrap) {

        void enqueue(Tuple tuple) throws InterruptedException {
            queue.enqueue(wrap.apply(tuple));
        }

        void enqueueMany(List<Tuple> tuples) throws InterruptedException {
            queue.enqueueMany(tuples.stream().map(wrap).toList());
        }

        Tuple dequeue() throws InterruptedException {
            return unwrap.apply(queue.dequeue());
        }

        List<Tuple> dequeue(int count, boolean upTo) throws InterruptedException {
            List<Q> elements = upTo ? queue.dequeueUpTo(count) : queue.dequeueMany(count);
            return elements.stream().map(unwrap).toList();
        }
    }

    private TupleQueue(List<Component> components, boolean pads, Inside<?> inside) {
        this.components = List.copyOf(components);
        this.pads = pads;
        this.inside = inside;
        Set<String> names = new HashSet<>();
        for (Component component : components) {
            if (!names.add(component.name())) {
                throw new IllegalArgumentException(name() + ": two components are called " + component.name());
            }
        }
        if (components.isEmpty()) {
            throw new IllegalArgumentException(name() + ": an element has at least one component");
        }
    }

    private static Inside<Tuple> plain(BoundedQueue<Tuple> queue) {
        return new Inside<>(queue, tuple -> tuple, tuple -> tuple);
    }

    /** First in, first out. */
    public static TupleQueue fifo(String name, int capacity, List<Component> components) {
        return new TupleQueue(components, false, plain(new FifoQueue<>(name, capacity)));
    }

    /** First in, first out; in batches free dimensions are padded to the largest among them. */
    public static TupleQueue padding(String name, int capacity, List<Component> components) {
        return new TupleQueue(components, true, plain(new FifoQueue<>(name, capacity)));
    }

    /** At random from more than {@code minAfterDequeue} elements, in an order that the seed fixes. */
    public static TupleQueue shuffle(
            String name, int capacity, int minAfterDequeue, long seed, List<Component> components) {
        return new TupleQueue(components, false, plain(new ShuffleQueue<>(name, capacity, minAfterDequeue, seed)));
    }

    /**
     * The lowest priority first.
     *
     * @param components the first is the priority, a single long
     */
    public static TupleQueue priority(String name, int capacity, List<Component> components) {
        if (components.isEmpty() || !components.get(0).isSingle(long.class)) {
            throw new IllegalArgumentException(name + ": the first component is the priority, a single long");
        }
        return new TupleQueue(
                components,
                false,
                new Inside<Prioritized<Tuple>>(
                        new PriorityQueue<>(name, capacity),
                        tuple -> new Prioritized<>(tuple.get(0, Long.class), tuple),
                        Prioritized::value));
    }

    public List<Component> components() {
        return components;
    }

    /** The queue inside, for a {@link QueueRunner}, its size, and closing. */
    public BoundedQueue<?> queue() {
        return inside.queue();
    }

    public String name() {
        return inside.queue().name();
    }

    /**
     * Puts an element in, waiting for space.
     *
     * @throws IllegalArgumentException if a component is not of its type and shape
     */
    public void enqueue(Object... element) throws InterruptedException {
        inside.enqueue(checked(Tuple.of(element)));
    }

    /**
     * Puts several elements in, given as a batch: one array a component, with the elements as its first dimension. Not atomic.
     *
     * @throws IllegalArgumentException if the arrays differ in length, or an element is not of the types and shapes
     */
    public void enqueueMany(Object... batch) throws InterruptedException {
        requireCount(batch.length);
        List<Tuple> elements = new ArrayList<>();
        int length = length(batch, 0);
        for (int i = 1; i < batch.length; i++) {
            if (length(batch, i) != length) {
                throw new IllegalArgumentException(name() + ": component " + components.get(i) + " has "
                        + length(batch, i) + " elements, " + components.get(0) + " has " + length);
            }
        }
        for (int row = 0; row < length; row++) {
            List<Object> values = new ArrayList<>();
            for (Object column : batch) {
                values.add(Array.get(column, row));
            }
            elements.add(checked(new Tuple(values)));
        }
        inside.enqueueMany(elements);
    }

    private int length(Object[] batch, int component) {
        if (batch[component] == null || !batch[component].getClass().isArray()) {
            throw new IllegalArgumentException(
                    name() + ": many of component " + components.get(component) + " come as an array");
        }
        return Array.getLength(batch[component]);
    }

    private Tuple checked(Tuple tuple) {
        requireCount(tuple.components().size());
        for (int i = 0; i < components.size(); i++) {
            components.get(i).check(tuple.components().get(i), name());
        }
        return tuple;
    }

    private void requireCount(int given) {
        if (given != components.size()) {
            throw new IllegalArgumentException(
                    name() + ": an element has " + components.size() + " components, not " + given);
        }
    }

    /** The next element, waiting for it. */
    public Tuple dequeue() throws InterruptedException {
        return inside.dequeue();
    }

    /**
     * The next {@code count} elements as a batch, waiting for them.
     *
     * @throws IllegalArgumentException if a component has a free dimension and this queue does not pad
     */
    public Tuple dequeueMany(int count) throws InterruptedException {
        requireFixed();
        return stacked(inside.dequeue(count, false));
    }

    /**
     * As {@link #dequeueMany}, but after the close of the queue fewer where there are no more.
     *
     * @throws IllegalArgumentException if a component has a free dimension and this queue does not pad
     */
    public Tuple dequeueUpTo(int count) throws InterruptedException {
        requireFixed();
        return stacked(inside.dequeue(count, true));
    }

    private void requireFixed() {
        for (Component component : components) {
            if (!pads && !component.isFixed()) {
                throw new IllegalArgumentException(name() + ": component " + component
                        + " has no fixed size: such elements leave one at a time, or padded by a queue that pads");
            }
        }
    }

    private Tuple stacked(List<Tuple> elements) {
        List<Object> batch = new ArrayList<>();
        for (int i = 0; i < components.size(); i++) {
            int which = i;
            batch.add(components
                    .get(i)
                    .stack(elements.stream()
                            .map(element -> element.components().get(which))
                            .toArray()));
        }
        return new Tuple(batch);
    }
}
