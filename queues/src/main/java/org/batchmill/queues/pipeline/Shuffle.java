package org.batchmill.queues.pipeline;

/** How the order of the elements is drawn. Immutable. */
public sealed interface Shuffle {

    /** Calls the visitor's method for this order and returns what it returns. */
    <R> R accept(Visitor<R> visitor);

    /** A method for each order. */
    interface Visitor<R> {
        R none(None shuffle);

        R permutation(Permutation shuffle);

        R window(Window shuffle);

        R queue(Queue shuffle);
    }

    /** The order of the source. */
    record None() implements Shuffle {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.none(this);
        }

        @Override
        public String toString() {
            return "none";
        }
    }

    /** Indexed sources: a global shuffle, a new one each epoch, in O(1) memory. Needs a seed. Its order is a promise. */
    record Permutation() implements Shuffle {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.permutation(this);
        }

        @Override
        public String toString() {
            return "permutation";
        }
    }

    /**
     * The source is cut into windows of {@code size} elements, and each is shuffled in itself. Needs a seed. Its order is a
     * promise: each draw is a function of seed, epoch and position alone. Of a stream, two windows are held in memory: one
     * that is drawn from and one that is filled meanwhile.
     */
    record Window(int size) implements Shuffle {
        public Window {
            if (size < 1) {
                throw new IllegalArgumentException("a shuffle window holds at least 1 element, not " + size);
            }
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.window(this);
        }

        @Override
        public String toString() {
            return "window:" + size;
        }
    }

    /**
     * Several readers fill a {@code ShuffleQueue}, as TensorFlow does it. Which element comes when depends on timing: the order
     * is not promised, and a restored run may see up to {@code capacity} elements twice or not at all.
     *
     * @param capacity        at most so many elements wait in the queue
     * @param minAfterDequeue so many stay behind, to be mixed with later ones
     */
    record Queue(int capacity, int minAfterDequeue) implements Shuffle {
        public Queue {
            if (minAfterDequeue < 0 || minAfterDequeue >= capacity) {
                throw new IllegalArgumentException(
                        "a shuffle queue needs 0 <= MIN < CAP, not CAP " + capacity + " and MIN " + minAfterDequeue);
            }
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.queue(this);
        }

        @Override
        public String toString() {
            return "queue:" + capacity + "," + minAfterDequeue;
        }
    }

    /** The order of the source. */
    static Shuffle none() {
        return new None();
    }

    static Shuffle permutation() {
        return new Permutation();
    }

    static Shuffle window(int size) {
        return new Window(size);
    }

    static Shuffle queue(int capacity, int minAfterDequeue) {
        return new Queue(capacity, minAfterDequeue);
    }

    /**
     * Reads what {@code toString()} writes: {@code none}, {@code permutation}, {@code window:N} or {@code queue:CAP,MIN}.
     *
     * @throws IllegalArgumentException naming what was given and what is possible
     */
    static Shuffle parse(String text) {
        try {
            if (text.equals("none")) {
                return none();
            }
            if (text.equals("permutation")) {
                return permutation();
            }
            if (text.startsWith("window:")) {
                return window(Integer.parseInt(text.substring("window:".length())));
            }
            if (text.startsWith("queue:")) {
                String[] numbers = text.substring("queue:".length()).split(",", -1);
                if (numbers.length == 2) {
                    return queue(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
                }
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(refusal(text), e);
        }
        throw new IllegalArgumentException(refusal(text));
    }

    private static String refusal(String text) {
        return "no such shuffle: " + text + " (none, permutation, window:N or queue:CAP,MIN)";
    }
}
