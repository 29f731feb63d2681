package org.batchmill.queues.pipeline;

import org.batchmill.queues.random.SplitMix64;

/**
 * A permutation of {@code 0..size-1} in O(1) memory: a Feistel network over the smallest even number of bits that holds {@code
 * size}, walked along its cycle until it lands inside (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002). The
 * domain is less than four times the size, so a walk takes fewer than four steps on average. Immutable.
 */
public final class KeyedPermutation {

    /** Four make a pseudorandom permutation of large domains (Luby and Rackoff); small ones need more to look uniform. */
    private static final int ROUNDS = 8;

    private final long size;
    private final int half;
    private final long mask;
    private final long key;

    KeyedPermutation(long size, long key) {
        if (size < 1) {
            throw new IllegalArgumentException("a permutation needs at least one element, not " + size);
        }
        int bits = Math.max(2, 64 - Long.numberOfLeadingZeros(size - 1));
        this.size = size;
        this.half = (bits + 1) / 2;
        this.mask = (1L << half) - 1;
        this.key = key;
    }

    /**
     * The permutation that a stream's window of a number has.
     *
     * @param size   elements, 1 or more
     * @param seed   of the run
     * @param number of the window
     */
    public static KeyedPermutation of(long size, long seed, long number) {
        return new KeyedPermutation(size, SplitMix64.mix(seed, number));
    }

    /** Where {@code position}, from 0 and below the size, goes; each position goes to a place of its own. */
    public long apply(long position) {
        long place = position;
        do {
            place = network(place);
        } while (place >= size || place < 0);
        return place;
    }

    private long network(long place) {
        long left = place >>> half;
        long right = place & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long next = left ^ (SplitMix64.mix(key + round * SplitMix64.GOLDEN_GAMMA, right) & mask);
            left = right;
            right = next;
        }
        return (left << half) | right;
    }
}
