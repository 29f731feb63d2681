package org.batchmill.queues.pipeline;

/** Draws from an indexed source. Only indices are handed out here: the workers read the elements, side by side. */
final class IndexedFeed<T> implements Feed<T> {

    private final IndexedSource<T> source;
    private final Sampling sampling;
    private final long seed;
    private final long epochs;
    private final FeedPosition begin;
    private long epoch;
    private long offset;

    IndexedFeed(IndexedSource<T> source, Sampling sampling, long seed, long epochs, FeedPosition begin) {
        this.source = source;
        this.sampling = sampling;
        this.seed = seed;
        this.epochs = epochs;
        this.begin = begin;
        this.epoch = begin.epoch();
        this.offset = begin.offset();
    }

    @Override
    public <D> Ticket<T, D> take(long sequence) {
        if (offset >= sampling.epochLength()) {
            epoch++;
            offset = 0;
        }
        if (epoch >= epochs) {
            return null;
        }
        long index = sampling.index(seed, epoch, offset);
        offset++;
        return new Ticket<>(new Draw(seed, epoch, sequence), null, index, new FeedPosition(epoch, offset, 0, "", ""));
    }

    @Override
    public T read(long index) throws Exception {
        return source.read(index);
    }

    @Override
    public String name(long index) {
        return source.name(index);
    }

    @Override
    public String order() {
        return sampling.toString();
    }

    @Override
    public long epochLength() {
        return sampling.epochLength();
    }

    @Override
    public FeedPosition begin() {
        return begin;
    }
}
