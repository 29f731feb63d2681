package org.batchmill.queues;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/**
 * Describes a {@link Batcher}. What TensorFlow calls {@code batch} is {@link #of}, {@code batch_join} is {@link #join}, {@code
 * maybe_batch} is {@link #maybe}, {@code maybe_batch_join} is {@link #maybeJoin}, {@code enqueue_many} is {@link #ofMany}, {@link
 * #joinMany}, {@link #maybeMany} and {@link #maybeJoinMany}; each is a shuffle batch with {@link #shuffled} and pads with {@link #dynamicPad}. Used by one thread.
 *
 * @param <E> the elements
 */
public final class Batching<E> {

    /** Moves what an input gives into a queue, once. */
    private interface Transfer<E> {
        void into(BoundedQueue<E> queue) throws Exception;
    }

    private final List<Transfer<E>> transfers;
    private final boolean oneThreadEach;
    private int batchSize = 1;
    private int threads = 1;
    private int capacity = 32;
    private String name = "batch";
    private boolean allowSmallerFinalBatch;
    private int minAfterDequeue = -1;
    private OptionalLong seed = OptionalLong.empty();
    private int rank;
    private Padder<E> padder;

    private Batching(List<Transfer<E>> transfers, boolean oneThreadEach) {
        if (transfers.isEmpty()) {
            throw new IllegalArgumentException("batching needs at least one input");
        }
        this.transfers = List.copyOf(transfers);
        this.oneThreadEach = oneThreadEach;
    }

    /** From one input, read by one thread or more. */
    public static <E> Batching<E> of(Input<? extends E> input) {
        return new Batching<>(List.of(single(input)), false);
    }

    /** From one input that gives several elements at a time. */
    public static <E> Batching<E> ofMany(Input<? extends List<? extends E>> input) {
        return new Batching<>(List.of(many(input)), false);
    }

    /** From one input that says of each element whether to keep it. */
    public static <E> Batching<E> maybe(Input<Candidate<E>> input) {
        return new Batching<>(List.of(kept(input)), false);
    }

    /** From several different inputs, each read by a thread of its own. */
    public static <E> Batching<E> join(List<? extends Input<? extends E>> inputs) {
        List<Transfer<E>> transfers = new ArrayList<>();
        inputs.forEach(input -> transfers.add(single(input)));
        return new Batching<>(transfers, true);
    }

    /** From several different inputs that give several elements at a time, each read by a thread of its own. */
    public static <E> Batching<E> joinMany(List<? extends Input<? extends List<? extends E>>> inputs) {
        List<Transfer<E>> transfers = new ArrayList<>();
        inputs.forEach(input -> transfers.add(many(input)));
        return new Batching<>(transfers, true);
    }

    /** From several different inputs that say of each element whether to keep it, each read by a thread of its own. */
    public static <E> Batching<E> maybeJoin(List<? extends Input<Candidate<E>>> inputs) {
        List<Transfer<E>> transfers = new ArrayList<>();
        inputs.forEach(input -> transfers.add(kept(input)));
        return new Batching<>(transfers, true);
    }

    /** From one input that gives several elements at a time and says of each whether to keep it. */
    public static <E> Batching<E> maybeMany(Input<Candidates<E>> input) {
        return new Batching<>(List.of(keptOfMany(input)), false);
    }

    /** As {@link #maybeMany} from several different inputs, each read by a thread of its own. */
    public static <E> Batching<E> maybeJoinMany(List<? extends Input<Candidates<E>>> inputs) {
        List<Transfer<E>> transfers = new ArrayList<>();
        inputs.forEach(input -> transfers.add(keptOfMany(input)));
        return new Batching<>(transfers, true);
    }

    private static <E> Transfer<E> keptOfMany(Input<Candidates<E>> input) {
        return queue -> queue.enqueueMany(input.next().kept());
    }

    private static <E> Transfer<E> single(Input<? extends E> input) {
        return queue -> queue.enqueue(input.next());
    }

    private static <E> Transfer<E> many(Input<? extends List<? extends E>> input) {
        return queue -> queue.enqueueMany(input.next());
    }

    private static <E> Transfer<E> kept(Input<Candidate<E>> input) {
        return queue -> {
            Candidate<E> candidate = input.next();
            if (candidate.keep()) {
                queue.enqueue(candidate.value());
            }
        };
    }

    /** Default: 1. */
    public Batching<E> batchSize(int elements) {
        this.batchSize = atLeastOne(elements, "batch size");
        return this;
    }

    /** How many threads read the one input. Default: 1. Of several inputs each has one. */
    public Batching<E> threads(int count) {
        if (oneThreadEach) {
            throw new IllegalArgumentException("joined inputs have one thread each");
        }
        this.threads = atLeastOne(count, "number of threads");
        return this;
    }

    /** Of the queue. Default: 32. */
    public Batching<E> capacity(int elements) {
        this.capacity = elements;
        return this;
    }

    /** Of the queue. Default: batch. */
    public Batching<E> name(String queue) {
        this.name = queue;
        return this;
    }

    /** The last batch may be smaller. Default: what does not fill a batch is dropped. */
    public Batching<E> allowSmallerFinalBatch() {
        this.allowSmallerFinalBatch = true;
        return this;
    }

    /** Draws the elements at random from at least {@code min} others, in an order that the seed fixes for one thread. */
    public Batching<E> shuffled(int min, long withSeed) {
        this.minAfterDequeue = min;
        this.seed = OptionalLong.of(withSeed);
        return this;
    }

    /** Draws the elements at random from at least {@code min} others. */
    public Batching<E> shuffled(int min) {
        this.minAfterDequeue = min;
        this.seed = OptionalLong.empty();
        return this;
    }

    /** Pads the elements of a batch to the largest among them. Not for shuffled batches. */
    public Batching<E> dynamicPad(int ofRank, Padder<E> with) {
        this.rank = ofRank;
        this.padder = with;
        return this;
    }

    /** Makes the queue and its runner, which is not started yet. */
    public Batcher<E> build() {
        BoundedQueue<E> queue = queue();
        List<EnqueueAction> actions = new ArrayList<>();
        for (Transfer<E> transfer : transfers) {
            actions.addAll(Collections.nCopies(threads, () -> transfer.into(queue)));
        }
        return new Batcher<>(queue, actions, batchSize, allowSmallerFinalBatch, Math.max(0, minAfterDequeue));
    }

    private BoundedQueue<E> queue() {
        if (minAfterDequeue >= 0 && padder != null) {
            throw new IllegalArgumentException(name + ": batches are either shuffled or padded");
        }
        if (padder != null) {
            return new PaddingFifoQueue<>(name, capacity, rank, padder);
        }
        if (minAfterDequeue < 0) {
            return new FifoQueue<>(name, capacity);
        }
        return seed.isPresent()
                ? new ShuffleQueue<>(name, capacity, minAfterDequeue, seed.getAsLong())
                : new ShuffleQueue<>(name, capacity, minAfterDequeue);
    }

    private static int atLeastOne(int value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException("the " + what + " is at least 1, not " + value);
        }
        return value;
    }
}
