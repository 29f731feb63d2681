package org.batchmill.queues.pipeline;

import org.batchmill.queues.random.SplitMix64;

/** A keyed permutation an epoch. The one of the epoch asked for last is kept. */
final class PermutationSampling implements Sampling {

    private final long size;
    private volatile Epoch latest;

    private record Epoch(long seed, long epoch, KeyedPermutation permutation) {}

    PermutationSampling(long size) {
        this.size = size;
    }

    @Override
    public long epochLength() {
        return size;
    }

    @Override
    public long index(long seed, long epoch, long offset) {
        Epoch known = latest;
        if (known == null || known.epoch != epoch || known.seed != seed) {
            known = new Epoch(seed, epoch, new KeyedPermutation(size, SplitMix64.mix(seed, epoch)));
            latest = known;
        }
        return known.permutation.apply(offset);
    }

    @Override
    public boolean random() {
        return true;
    }

    @Override
    public String toString() {
        return "permutation of " + size;
    }
}
