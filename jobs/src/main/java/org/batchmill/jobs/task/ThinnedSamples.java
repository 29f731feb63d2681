package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.List;
import org.batchmill.queues.random.SplitMix64;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/**
 * Samples of a source, one somewhere in each of as many parts of equal length, for a look that takes seconds. Equal distances would see some
 * classes alone where those take turns. The same are taken each time. The source stays the caller's.
 */
record ThinnedSamples(SampleSource.Indexed all, long size) implements SampleSource.Indexed {

    /** As many as are looked at before a training. */
    private static final long MOST = 5_000;

    static SampleSource.Indexed of(SampleSource.Indexed source) {
        return source.size() > MOST ? new ThinnedSamples(source, MOST) : source;
    }

    @Override
    public List<String> classes() {
        return all.classes();
    }

    @Override
    public Sample read(long index) throws IOException {
        return all.read(place(index));
    }

    @Override
    public void soon(long index) {
        all.soon(place(index));
    }

    @Override
    public Labels labels(long index) throws IOException {
        return all.labels(place(index));
    }

    private long place(long index) {
        long from = index * all.size() / size;
        long to = (index + 1) * all.size() / size;
        return from + Long.remainderUnsigned(SplitMix64.mix(index), to - from);
    }

    @Override
    public void close() {
        // The caller's.
    }
}
