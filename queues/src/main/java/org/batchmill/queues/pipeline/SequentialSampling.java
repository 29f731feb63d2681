package org.batchmill.queues.pipeline;

/** Every element once, in order. */
record SequentialSampling(long epochLength) implements Sampling {

    @Override
    public long index(long seed, long epoch, long offset) {
        return offset;
    }

    @Override
    public boolean random() {
        return false;
    }

    @Override
    public String toString() {
        return "none of " + epochLength;
    }
}
