package org.batchmill.queues.pipeline;

/** Draws from an indexed source. Only indices are handed out here: the workers read the elements, side by side. */
final class IndexedFeed<T> implements Feed<T> {

    /** Draws of which the source hears ahead: fetching them takes longer than decoding does, by a hundred times or more. */
    private static final int AHEAD = 64;

    private final IndexedSource<T> source;
    private final Sampling sampling;
    private final long seed;
    private final long epochs;
    private final FeedPosition begin;
    private final boolean foresees;
    private long epoch;
    private long offset;
    private long foreseenEpoch;
    private long foreseenOffset;
    /** Draws between the one taken last and the one foreseen last. */
    private int ahead;

    /** @param foresees whether all that is drawn is read here, so that the source may hear of it ahead */
    IndexedFeed(
            IndexedSource<T> source, Sampling sampling, long seed, long epochs, FeedPosition begin, boolean foresees) {
        this.foresees = foresees;
        this.source = source;
        this.sampling = sampling;
        this.seed = seed;
        this.epochs = epochs;
        this.begin = begin;
        this.epoch = begin.epoch();
        this.offset = begin.offset();
        this.foreseenEpoch = epoch;
        this.foreseenOffset = offset;
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
        ahead--;
        foresee();
        return new Ticket<>(new Draw(seed, epoch, sequence), null, index, new FeedPosition(epoch, offset, 0, "", ""));
    }

    private void foresee() {
        for (; foresees && ahead < AHEAD; ahead++) {
            if (foreseenOffset >= sampling.epochLength()) {
                foreseenEpoch++;
                foreseenOffset = 0;
            }
            if (foreseenEpoch >= epochs) {
                return;
            }
            source.soon(sampling.index(seed, foreseenEpoch, foreseenOffset));
            foreseenOffset++;
        }
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
