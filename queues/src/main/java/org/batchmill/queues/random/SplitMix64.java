package org.batchmill.queues.random;

/**
 * Keys from keys: the finalizer of SplitMix64 (Steele, Lea and Flood, 2014; constants of Stafford's variant 13). Near keys give unrelated
 * ones. What is drawn by a seed hangs on it everywhere, so its numbers never change.
 */
public final class SplitMix64 {

    /** What a SplitMix64 generator adds to its state before each number. */
    public static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private SplitMix64() {}

    /** A permutation of the 64-bit numbers. */
    public static long mix(long z) {
        long x = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }

    /** A key of its own for each pair. */
    public static long mix(long key, long value) {
        return mix(mix(key + GOLDEN_GAMMA) ^ (value * GOLDEN_GAMMA + 1));
    }
}
