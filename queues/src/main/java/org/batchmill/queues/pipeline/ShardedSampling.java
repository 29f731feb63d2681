package org.batchmill.queues.pipeline;

import java.util.Objects;

/** Every n-th draw: the shards of one sampling share no draw, and together they are the whole. */
record ShardedSampling(Sampling whole, int shard, int count) implements Sampling {

    ShardedSampling {
        Objects.checkIndex(shard, count);
    }

    @Override
    public long epochLength() {
        return (whole.epochLength() - shard + count - 1) / count;
    }

    @Override
    public long index(long seed, long epoch, long offset) {
        return whole.index(seed, epoch, offset * count + shard);
    }

    @Override
    public boolean random() {
        return whole.random();
    }

    @Override
    public String toString() {
        return whole + " shard " + shard + "/" + count;
    }
}
