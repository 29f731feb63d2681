package org.batchmill.augment.transform;

import static org.batchmill.queues.random.SplitMix64.GOLDEN_GAMMA;
import static org.batchmill.queues.random.SplitMix64.mix;

/**
 * Random numbers that are the same on every machine, in every version of Java and for every number of workers: SplitMix64 (Steele,
 * Lea, Flood 2014), started from a key. Used by one thread at a time.
 */
public final class RandomStream {

    private long state;

    public RandomStream(long key) {
        state = key;
    }

    /** Starts again from a key. */
    public void reset(long key) {
        state = key;
    }

    /**
     * The key of one sample in one epoch. The sample is named by the hash of its id, not by its place in the order, so that packing
     * or splitting a data set does not change what a sample looks like.
     */
    public static long key(long seed, long epoch, long sampleHash) {
        return mix(mix(mix(seed + GOLDEN_GAMMA) + epoch) ^ sampleHash);
    }

    /** The key of part {@code part} of what {@code key} stands for: parts do not disturb each other. */
    public static long key(long key, int part) {
        return mix(key + GOLDEN_GAMMA * (part + 1L));
    }

    /** 64 random bits. */
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in [0, 1). */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Uniform in [low, high). */
    public double uniform(double low, double high) {
        return low + (high - low) * nextDouble();
    }

    /** Uniform in 0 to {@code bound - 1}. */
    public int below(int bound) {
        return (int) (nextDouble() * bound);
    }

    /** True with the given probability. */
    public boolean chance(double probability) {
        return nextDouble() < probability;
    }

    /** Standard normal (Box and Muller). */
    public double gaussian() {
        return Math.sqrt(-2 * Math.log(1 - nextDouble())) * Math.cos(2 * Math.PI * nextDouble());
    }
}
