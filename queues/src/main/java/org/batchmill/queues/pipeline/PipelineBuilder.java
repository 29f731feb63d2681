package org.batchmill.queues.pipeline;

import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Describes a {@link Pipeline} and starts it. Used by one thread; may be used again for another pipeline over the same indexed
 * source.
 *
 * @param <T> what the source holds
 * @param <D> what decoding makes of it
 * @param <B> a batch
 */
public final class PipelineBuilder<T, D, B> {

    private final IndexedSource<T> indexed;
    private final StreamSource<T> stream;
    private final BatchAssembler<T, D, B> assembler;

    private Sampling sampling;
    private Shuffle shuffle = Shuffle.none();
    private int shard;
    private int shards = 1;
    private OptionalLong seed = OptionalLong.empty();
    private Long epochs = 1L;
    private int batchSize = 1;
    private int workers = Runtime.getRuntime().availableProcessors();
    private int prefetch = 2;
    private FinalBatch finalBatch = FinalBatch.SMALLER;
    private ErrorPolicy errors = ErrorPolicy.fail();
    private Predicate<? super Exception> skippable = e -> true;
    private PipelineListener listener = new PipelineListener() {};
    private ToLongFunction<? super T> key;
    private Autotune autotune;
    private RowShare share;
    private boolean cached;
    private int readers = 2;
    private PipelineState restored;
    private String name = "pipeline";

    private PipelineBuilder(IndexedSource<T> indexed, StreamSource<T> stream, BatchAssembler<T, D, B> assembler) {
        this.indexed = indexed;
        this.stream = stream;
        this.assembler = Objects.requireNonNull(assembler, "assembler");
    }

    /** Over elements that can be read in any order. */
    public static <T, D, B> PipelineBuilder<T, D, B> of(IndexedSource<T> source, BatchAssembler<T, D, B> assembler) {
        return new PipelineBuilder<>(Objects.requireNonNull(source, "source"), null, assembler);
    }

    /** Over elements in the order in which they come. The stream stays the caller's to close, after the pipeline. */
    public static <T, D, B> PipelineBuilder<T, D, B> of(StreamSource<T> source, BatchAssembler<T, D, B> assembler) {
        return new PipelineBuilder<>(null, Objects.requireNonNull(source, "source"), assembler);
    }

    /** Default: none. */
    public PipelineBuilder<T, D, B> shuffle(Shuffle how) {
        this.shuffle = Objects.requireNonNull(how, "shuffle");
        return this;
    }

    /**
     * Draws of an indexed source that are no plain shuffle: mixed, weighted or balanced. Takes the place of a shuffle; a shuffle
     * queue may follow it.
     */
    public PipelineBuilder<T, D, B> sampling(Sampling draws) {
        this.sampling = Objects.requireNonNull(draws, "sampling");
        return this;
    }

    /**
     * Sees only every {@code count}-th element, of a stream or of the draws from an indexed source, beginning with number {@code
     * which}: what one of {@code count} trainers sees. Default: 0 of 1.
     */
    public PipelineBuilder<T, D, B> shard(int which, int count) {
        Objects.checkIndex(which, count);
        this.shard = which;
        this.shards = count;
        return this;
    }

    /** The seed of the order, and of {@link Draw#seed()}. No default: a shuffle that promises its order refuses to run without. */
    public PipelineBuilder<T, D, B> seed(long value) {
        this.seed = OptionalLong.of(value);
        return this;
    }

    /** How often the source is gone through, counted from the very beginning; null for endless. Default: once. */
    public PipelineBuilder<T, D, B> epochs(Long count) {
        if (count != null && count < 1) {
            throw new IllegalArgumentException("the number of epochs is at least 1, or null for endless, not " + count);
        }
        this.epochs = count;
        return this;
    }

    /** Rows of a full batch. Default: 1. */
    public PipelineBuilder<T, D, B> batchSize(int rows) {
        this.batchSize = positive(rows, "batch size");
        return this;
    }

    /** Threads that read, decode and write. Default: one for each processor. */
    public PipelineBuilder<T, D, B> workers(int count) {
        this.workers = positive(count, "number of workers");
        return this;
    }

    /** Batches that are filled or ready ahead of the consumer. Default: 2. */
    public PipelineBuilder<T, D, B> prefetch(int batches) {
        this.prefetch = positive(batches, "prefetch depth");
        return this;
    }

    /** Default: {@link FinalBatch#SMALLER}. */
    public PipelineBuilder<T, D, B> finalBatch(FinalBatch what) {
        this.finalBatch = Objects.requireNonNull(what, "final batch");
        return this;
    }

    /** Default: {@link ErrorPolicy#fail()}. */
    public PipelineBuilder<T, D, B> errors(ErrorPolicy policy) {
        this.errors = Objects.requireNonNull(policy, "error policy");
        return this;
    }

    /**
     * Which exceptions of reading and decoding mean a bad element; all others end the run whatever the policy. Default: all
     * (but {@link InterruptedException} and errors, which always end it).
     */
    public PipelineBuilder<T, D, B> skippable(Predicate<? super Exception> badElement) {
        this.skippable = Objects.requireNonNull(badElement, "skippable");
        return this;
    }

    public PipelineBuilder<T, D, B> listener(PipelineListener its) {
        this.listener = Objects.requireNonNull(its, "listener");
        return this;
    }

    /** What the quality of the shuffle is measured by: the class of an element. Default: it is not measured. */
    public PipelineBuilder<T, D, B> key(ToLongFunction<? super T> keyOf) {
        this.key = Objects.requireNonNull(keyOf, "key");
        return this;
    }

    /**
     * Makes these rows of each batch and no others: the other pipelines that are built alike make theirs. The order, the states and what
     * becomes of bad elements are those of one pipeline that makes whole batches. Default: all rows.
     */
    public PipelineBuilder<T, D, B> share(RowShare rows) {
        this.share = Objects.requireNonNull(rows, "rows");
        return this;
    }

    /**
     * Lets the pipeline change the number of workers and the prefetch depth while it runs, beginning with those set here.
     * Changes the speed, never the order. Default: off.
     */
    public PipelineBuilder<T, D, B> autotune(Autotune limits) {
        this.autotune = Objects.requireNonNull(limits, "autotune");
        return this;
    }

    /**
     * Makes one batch and serves it again and again, as often as there would be batches (endlessly, of a stream): shows how fast
     * the consumer would be if data were free. Needs an assembler that can serve a batch {@linkplain BatchAssembler#again
     * again}.
     */
    public PipelineBuilder<T, D, B> cached(boolean on) {
        this.cached = on;
        return this;
    }

    /** Threads that fill a shuffle queue. Default: 2. */
    public PipelineBuilder<T, D, B> readers(int count) {
        this.readers = positive(count, "number of readers");
        return this;
    }

    /** Goes on where {@link Pipeline#state()} of a pipeline that was built alike stood. */
    public PipelineBuilder<T, D, B> restore(PipelineState state) {
        this.restored = Objects.requireNonNull(state, "state");
        return this;
    }

    /** The beginning of the names of its threads. Default: pipeline. */
    public PipelineBuilder<T, D, B> name(String threads) {
        this.name = Objects.requireNonNull(threads, "name");
        return this;
    }

    /**
     * Starts the pipeline.
     *
     * @throws IllegalArgumentException if the settings contradict each other or a seed is missing
     * @throws OtherOrderException      if the state to restore is of another order
     * @throws PipelineException        if the stream cannot go to the position to restore
     */
    public Pipeline<T, D, B> start() {
        requireShareable();
        PipelineSettings<T, D, B> settings = new PipelineSettings<>(
                assembler,
                new PipelineSettings.Form(batchSize, finalBatch, share),
                new PipelineSettings.Resources(workers, prefetch, autotune),
                new PipelineSettings.Bad(errors, skippable),
                listener,
                key);
        Feed<T> feed = feed(
                restored == null ? FeedPosition.BEGIN : restored.feed(),
                settings.needed(restored == null ? 0 : restored.sequence()));
        String order = feed.order() + " seed " + (seed.isPresent() ? seed.getAsLong() : "none");
        if (restored != null && !restored.order().equals(order)) {
            feed.close();
            throw new OtherOrderException(restored.order(), order);
        }
        PipelineState state = restored != null ? restored : new PipelineState(order, 0, 0, LeftOut.NONE, feed.begin());
        return new Pipeline<>(settings, feed, state, name, cached ? batchesInAll(feed) : -1);
    }

    private void requireShareable() {
        if (share == null) {
            return;
        }
        if (shuffle instanceof Shuffle.Queue) {
            throw new IllegalArgumentException("the order of shuffle " + shuffle
                    + " depends on timing, so that the ranks of a gang would not agree on it: take another");
        }
        if (share.to() > batchSize || finalBatch.eachEpoch()) {
            throw new IllegalArgumentException("rows " + share.from() + " to " + share.to() + " of batches of "
                    + batchSize + ", final batch " + finalBatch);
        }
    }

    /** How many batches a run without bad elements has. */
    private long batchesInAll(Feed<T> feed) {
        if (indexed == null || epochs == null) {
            return Long.MAX_VALUE;
        }
        long runs = finalBatch.eachEpoch() ? epochs : 1;
        long draws = finalBatch.eachEpoch() ? feed.epochLength() : Math.multiplyExact(feed.epochLength(), epochs);
        return runs * (finalBatch.dropped() ? draws / batchSize : (draws + batchSize - 1) / batchSize);
    }

    private Feed<T> feed(FeedPosition begin, NeededElements needed) {
        long limit = epochs == null ? Long.MAX_VALUE : epochs;
        Feed<T> feed = indexed != null
                ? new IndexedFeed<>(indexed, indexedSampling(), seed.orElse(0), limit, begin, needed)
                : streamFeed(limit, begin);
        return shuffle instanceof Shuffle.Queue queue
                ? new QueueFeed<>(feed, queue, seed.orElseGet(() -> new SplittableRandom().nextLong()), readers, name)
                : feed;
    }

    private Sampling indexedSampling() {
        Sampling whole = shuffle.accept(new IndexedOrder());
        if (whole.epochLength() < 1) {
            throw new IllegalArgumentException("the source is empty");
        }
        if (whole.random()) {
            requireSeed(whole.toString());
        }
        if (shards == 1) {
            return whole;
        }
        if (whole.epochLength() < shards) {
            throw new IllegalArgumentException(
                    "an epoch of " + whole.epochLength() + " elements cannot be shared among " + shards + " trainers");
        }
        return whole.shard(shard, shards);
    }

    /** The draws of an indexed source. A sampling has an order of its own: only what mixes behind it goes with it. */
    private final class IndexedOrder implements Shuffle.Visitor<Sampling> {

        @Override
        public Sampling none(Shuffle.None none) {
            return sampling != null ? sampling : Sampling.sequential(indexed.size());
        }

        @Override
        public Sampling permutation(Shuffle.Permutation permutation) {
            requireNoSampling();
            return Sampling.permutation(indexed.size());
        }

        @Override
        public Sampling window(Shuffle.Window window) {
            requireNoSampling();
            return Sampling.window(indexed.size(), window.size());
        }

        @Override
        public Sampling queue(Shuffle.Queue queue) {
            return sampling != null ? sampling : new InterleavedSampling(indexed.size(), readers);
        }

        private void requireNoSampling() {
            if (sampling != null) {
                throw new IllegalArgumentException("either a sampling or a shuffle, not both: " + shuffle);
            }
        }
    }

    /** How many elements of a stream are shuffled at a time, 1 for its own order. */
    private final class StreamWindow implements Shuffle.Visitor<Integer> {

        @Override
        public Integer none(Shuffle.None none) {
            return 1;
        }

        @Override
        public Integer permutation(Shuffle.Permutation permutation) {
            throw ownOrder();
        }

        @Override
        public Integer window(Shuffle.Window window) {
            requireSeed(window.toString());
            return window.size();
        }

        @Override
        public Integer queue(Shuffle.Queue queue) {
            return 1; // it mixes behind the feed
        }
    }

    private static IllegalArgumentException ownOrder() {
        return new IllegalArgumentException(
                "a stream comes in its own order: no permutation or sampling of it, only a window or a queue");
    }

    private Feed<T> streamFeed(long limit, FeedPosition begin) {
        if (sampling != null) {
            throw ownOrder();
        }
        int window = shuffle.accept(new StreamWindow());
        StreamSource<T> seen = shards == 1 ? stream : new ShardedStream<>(stream, shard, shards);
        try {
            return new StreamFeed<>(
                    seen, window, shards == 1 ? "" : " shard " + shard + "/" + shards, seed.orElse(0), limit, begin);
        } catch (Exception e) {
            throw new PipelineException(
                    "the stream cannot go to position \"" + begin.position() + "\": " + e.getMessage(), e);
        }
    }

    private void requireSeed(String what) {
        if (seed.isEmpty()) {
            throw new IllegalArgumentException(
                    "shuffle " + what + " needs a seed: without one no run could be repeated");
        }
    }

    private static int positive(int value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException("the " + what + " is at least 1, not " + value);
        }
        return value;
    }
}
