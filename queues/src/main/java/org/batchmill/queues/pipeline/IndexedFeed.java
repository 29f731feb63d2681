package org.batchmill.queues.pipeline;

/** Draws from an indexed source. Only indices are handed out here: the workers read the elements, side by side. */
final class IndexedFeed<T> implements Feed<T> {

    /** Elements of which the source hears ahead: fetching them takes longer than decoding does, by a hundred times or more. */
    private static final int AHEAD = 64;

    private final IndexedSource<T> source;
    private final Sampling sampling;
    private final long seed;
    private final long epochs;
    private final FeedPosition begin;
    private final NeededElements needed;
    private final long mostAhead;

    private long epoch;
    private long offset;
    private long foreseenEpoch;
    private long foreseenOffset;
    /** Draws between the one taken last and the one foreseen last. */
    private long ahead;
    /** The sequence number of the draw that is foreseen next. */
    private long foreseen;

    /** @param needed what of that which is drawn is read here: the source hears of nothing else */
    IndexedFeed(
            IndexedSource<T> source,
            Sampling sampling,
            long seed,
            long epochs,
            FeedPosition begin,
            NeededElements needed) {
        this.needed = needed;
        this.mostAhead = needed.draws(AHEAD);
        this.foreseen = needed.begin();
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
        for (; ahead < mostAhead; ahead++) {
            if (foreseenOffset >= sampling.epochLength()) {
                foreseenEpoch++;
                foreseenOffset = 0;
            }
            if (foreseenEpoch >= epochs) {
                return;
            }
            if (needed.contains(foreseen++)) {
                source.soon(sampling.index(seed, foreseenEpoch, foreseenOffset));
            }
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
