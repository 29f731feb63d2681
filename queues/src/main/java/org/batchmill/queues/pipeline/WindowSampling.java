package org.batchmill.queues.pipeline;

import org.batchmill.queues.random.SplitMix64;

/** Windows of an indexed source, each permuted in itself: the same order as a stream of its elements shuffled by windows. */
record WindowSampling(long epochLength, int window) implements Sampling {

    @Override
    public long index(long seed, long epoch, long offset) {
        long number = offset / window;
        long start = number * window;
        long length = Math.min(window, epochLength - start);
        return start + permutation(seed, epoch, number, length).apply(offset - start);
    }

    /** The order inside one window. */
    static KeyedPermutation permutation(long seed, long epoch, long number, long length) {
        return new KeyedPermutation(length, SplitMix64.mix(SplitMix64.mix(seed, epoch), number));
    }

    @Override
    public boolean random() {
        return true;
    }

    @Override
    public String toString() {
        return "window:" + window + " of " + epochLength;
    }
}
