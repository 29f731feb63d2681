package org.batchmill.queues.pipeline;

import java.util.List;
import java.util.function.LongUnaryOperator;

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

    /**
     * Draws from several sets in fixed proportions; each set is gone through in its own shuffled order, again and again. In
     * every block of 1024 draws (more for more than 64 sets) each set has exactly its share. The source is the sets one after
     * the other, see {@link IndexedSource#concat}; an epoch is as long as all of them together.
     *
     * @param sizes   of the sets
     * @param weights of the sets, above 0; only their proportions count
     */
    static Sampling mixture(List<Long> sizes, List<Double> weights) {
        long[][] ranges = new long[sizes.size()][];
        long start = 0;
        for (int i = 0; i < ranges.length; i++) {
            ranges[i] = new long[] {start, sizes.get(i)};
            start += sizes.get(i);
        }
        return new MixtureSampling(
                start,
                weights,
                i -> ranges[i][1],
                (i, place) -> ranges[i][0] + place,
                "mixture of " + sizes + " by " + weights);
    }

    /**
     * Draws from classes, or from the bins of a histogram, equally often, however many elements they have. All bins are read
     * once here, so the key should be cheap; memory is 8 bytes an element.
     *
     * @param bin       of an element, any number
     * @param maxRepeat a bin so small that its elements would be drawn more often than this in an epoch is drawn less often;
     *                  {@link Double#POSITIVE_INFINITY} for strict balance
     */
    static Sampling balanced(long size, LongUnaryOperator bin, double maxRepeat) {
        return BalancedBins.sampling(size, bin, maxRepeat);
    }

    /** Every {@code count}-th draw of this, beginning with draw {@code shard}: what one of {@code count} trainers sees. */
    default Sampling shard(int shard, int count) {
        return new ShardedSampling(this, shard, count);
    }
}
