package org.batchmill.queues.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.batchmill.queues.random.SplitMix64;

/**
 * Draws from sets in fixed proportions, each draw a function of its position: the draws come in blocks, in which set {@code i} has
 * exactly {@code shares[i]} places, and a keyed permutation of the block says which. So the number of draws from a set before any
 * position is known without counting, and with it the place in that set's own endless shuffled order.
 */
final class MixtureSampling implements Sampling {

    private static final int BLOCK = 1024;
    private static final int LEAST_SHARE = 16;

    /** The element at a place of a set. */
    @FunctionalInterface
    interface Members {
        long index(int set, long place);
    }

    private final long epochLength;
    private final long[] sizes;
    private final Members members;
    private final String description;
    private final int[] shares;
    /** Where the places of each set begin in a block before it is permuted. */
    private final int[] starts;

    private final int block;

    MixtureSampling(
            long epochLength, List<Double> weights, IntToLongFunction sizeOf, Members members, String description) {
        int sets = weights.size();
        if (sets == 0) {
            throw new IllegalArgumentException("nothing to mix");
        }
        this.epochLength = epochLength;
        this.members = members;
        this.description = description;
        this.sizes = new long[sets];
        for (int i = 0; i < sets; i++) {
            sizes[i] = sizeOf.applyAsLong(i);
            if (sizes[i] < 1 || !(weights.get(i) > 0) || weights.get(i).isInfinite()) {
                throw new IllegalArgumentException(
                        "set " + i + " of a mixture has " + sizes[i] + " elements and weight " + weights.get(i));
            }
        }
        this.block = Math.max(BLOCK, LEAST_SHARE * sets);
        this.shares = shares(weights, block);
        this.starts = new int[sets];
        for (int i = 1; i < sets; i++) {
            starts[i] = starts[i - 1] + shares[i - 1];
        }
    }

    /** The places of a block, shared by weight: the rounding moves along the cumulative sum, so that they add up. */
    private static int[] shares(List<Double> weights, int block) {
        double total = weights.stream().mapToDouble(Double::doubleValue).sum();
        int[] shares = new int[weights.size()];
        int free = block - shares.length; // each has one place at least
        double sum = 0;
        int given = 0;
        for (int i = 0; i < shares.length; i++) {
            sum += weights.get(i);
            int upTo = (int) Math.round(free * (sum / total));
            shares[i] = 1 + upTo - given;
            given = upTo;
        }
        return shares;
    }

    @Override
    public long epochLength() {
        return epochLength;
    }

    @Override
    public long index(long seed, long epoch, long offset) {
        long position = epoch * epochLength + offset;
        long number = position / block;
        int place = (int) new KeyedPermutation(block, SplitMix64.mix(seed, ~number)).apply(position % block);
        int found = Arrays.binarySearch(starts, place);
        int set = found >= 0 ? found : -found - 2;
        long drawn = number * shares[set] + place - starts[set];
        long round = drawn / sizes[set];
        long key = SplitMix64.mix(SplitMix64.mix(seed, set), round);
        return members.index(set, new KeyedPermutation(sizes[set], key).apply(drawn % sizes[set]));
    }

    @Override
    public boolean random() {
        return true;
    }

    @Override
    public String toString() {
        return description;
    }
}
