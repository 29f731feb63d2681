package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.List;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/** Samples of a source at equal distances, for a look that takes seconds. The source stays the caller's. */
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
        return all.read(index * all.size() / size);
    }

    @Override
    public void soon(long index) {
        all.soon(index * all.size() / size);
    }

    @Override
    public Labels labels(long index) throws IOException {
        return all.labels(index * all.size() / size);
    }

    @Override
    public void close() {
        // The caller's.
    }
}
