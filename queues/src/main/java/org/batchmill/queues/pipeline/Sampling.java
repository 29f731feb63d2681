package org.batchmill.queues.pipeline;

/**
 * Which element of an indexed source each draw takes: a pure function of seed and position, safe for use by many threads. Its
 * {@code toString()} names everything that decides the order.
 */
public interface Sampling {

    /** How many draws make an epoch. */
    long epochLength();

    /**
     * The index of the element to draw.
     *
     * @param offset in the epoch, below {@link #epochLength()}
     */
    long index(long seed, long epoch, long offset);

    /** Whether the order depends on the seed; if so, a pipeline refuses to run without one. */
    boolean random();

    /** Every element once an epoch, in the order of the source. */
    static Sampling sequential(long size) {
        return new SequentialSampling(size);
    }

    /** Every element once an epoch, in an order of its own each epoch. */
    static Sampling permutation(long size) {
        return new PermutationSampling(size);
    }

    /** Every element once an epoch; each stretch of {@code window} elements is shuffled in itself. */
    static Sampling window(long size, int window) {
        return new WindowSampling(size, window);
    }

    /** Every {@code count}-th draw of this, beginning with draw {@code shard}: what one of {@code count} trainers sees. */
    default Sampling shard(int shard, int count) {
        return new ShardedSampling(this, shard, count);
    }
}
