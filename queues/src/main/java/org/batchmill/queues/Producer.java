package org.batchmill.queues;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A queue that is filled again and again with the elements of a list, an epoch at a time, each epoch shuffled anew unless told otherwise.
 * When the epochs are done the queue is closed, and the dequeue behind the last element fails with {@link OutOfRangeException}.
 * Start {@link #runner()} to make it run.
 *
 * @param queue  what the consumers dequeue from
 * @param runner fills it, with one thread
 */
public record Producer<E>(FifoQueue<E> queue, QueueRunner runner) implements Input<E> {

    /** How a producer goes through its list. */
    public static final class Options {
        private Integer epochs;
        private boolean shuffle = true;
        private long seed = new SplittableRandom().nextLong();
        private int capacity = 32;
        private String name = "producer";

        /** How often each element is produced; null, the default, for endlessly often. */
        public Options epochs(Integer count) {
            if (count != null && count <= 0) {
                throw new IllegalArgumentException(
                        "the number of epochs is above 0, or null for endless, not " + count);
            }
            this.epochs = count;
            return this;
        }

        /** Every epoch in the order of the list. Default: each epoch is shuffled anew, as TensorFlow's producers do. */
        public Options inOrder() {
            this.shuffle = false;
            return this;
        }

        /** Shuffles each epoch anew, in an order that the seed fixes. */
        public Options shuffle(long withSeed) {
            this.shuffle = true;
            this.seed = withSeed;
            return this;
        }

        /** Of the queue. Default: 32. */
        public Options capacity(int elements) {
            this.capacity = elements;
            return this;
        }

        /** Of the queue. Default: producer. */
        public Options name(String queue) {
            this.name = queue;
            return this;
        }
    }

    /** Produces strings, names of files for instance. */
    public static Producer<String> strings(List<String> strings, Options options) {
        return of(strings, options);
    }

    /** Produces the numbers from 0 to {@code limit - 1}. */
    public static Producer<Integer> range(int limit, Options options) {
        return of(IntStream.range(0, limit).boxed().toList(), options);
    }

    /**
     * Produces rows of a table given by its columns: the first elements of all columns, the second ones, and so on.
     *
     * @throws IllegalArgumentException if the columns differ in length
     */
    public static <E> Producer<List<E>> slices(List<? extends List<? extends E>> columns, Options options) {
        int length = columns.isEmpty() ? 0 : columns.get(0).size();
        for (List<? extends E> column : columns) {
            if (column.size() != length) {
                throw new IllegalArgumentException(options.name + ": columns of " + length + " and of " + column.size()
                        + " elements have no slices");
            }
        }
        List<List<E>> rows = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            List<E> row = new ArrayList<>();
            for (List<? extends E> column : columns) {
                row.add(column.get(i));
            }
            rows.add(List.copyOf(row));
        }
        return of(rows, options);
    }

    /**
     * Produces the elements of any list.
     *
     * @throws IllegalArgumentException if the list is empty
     */
    public static <E> Producer<E> of(List<E> elements, Options options) {
        if (elements.isEmpty()) {
            throw new IllegalArgumentException(options.name + ": there is nothing to produce");
        }
        FifoQueue<E> queue = new FifoQueue<>(options.name, options.capacity);
        return new Producer<>(queue, new QueueRunner(queue, List.of(new Epochs<>(elements, options, queue))));
    }

    @Override
    public E next() throws InterruptedException {
        return queue.dequeue();
    }

    /** Enqueues one epoch at each call. Used by one thread. */
    private static final class Epochs<E> implements EnqueueAction {
        private final List<E> elements;
        private final FifoQueue<E> queue;
        private final Random random;
        private final Integer limit;
        private int done;

        Epochs(List<E> elements, Options options, FifoQueue<E> queue) {
            this.elements = new ArrayList<>(elements);
            this.queue = queue;
            this.random = options.shuffle ? new Random(options.seed) : null;
            this.limit = options.epochs;
        }

        @Override
        public void enqueue() throws InterruptedException {
            if (limit != null && done == limit) {
                throw new OutOfRangeException(queue.name() + ": all " + limit + " epochs are done");
            }
            if (random != null) {
                Collections.shuffle(elements, random);
            }
            queue.enqueueMany(elements);
            done++;
        }
    }
}
