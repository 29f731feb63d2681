package org.batchmill.queues.pipeline;

/** Every element once: the source is cut into slices, which are gone through side by side, as readers of several files do. */
record InterleavedSampling(long epochLength, int slices) implements Sampling {

    @Override
    public long index(long seed, long epoch, long offset) {
        long base = epochLength / slices;
        long longer = epochLength % slices; // the first so many slices have one element more
        long slice = offset < base * slices ? offset % slices : offset - base * slices;
        long place = offset < base * slices ? offset / slices : base;
        return slice * base + Math.min(slice, longer) + place;
    }

    @Override
    public boolean random() {
        return false;
    }

    @Override
    public String toString() {
        return "interleaved:" + slices + " of " + epochLength;
    }
}
