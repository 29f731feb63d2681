package org.batchmill.jobs.input;

import java.io.IOException;
import java.util.List;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/** Some samples of a source, under their own names. Closing it leaves the source open: it is its owner's. Safe for many threads. */
public final class SelectedSamples implements SampleSource.Indexed {

    private final Indexed source;
    private final int[] indexes;

    public SelectedSamples(Indexed source, int[] indexes) {
        this.source = source;
        this.indexes = indexes;
    }

    @Override
    public List<String> classes() {
        return source.classes();
    }

    @Override
    public long size() {
        return indexes.length;
    }

    @Override
    public Sample read(long index) throws IOException {
        return source.read(indexes[(int) index]);
    }

    @Override
    public Described describe(long index) throws IOException {
        return source.describe(indexes[(int) index]);
    }

    @Override
    public void soon(long index) {
        source.soon(indexes[(int) index]);
    }

    @Override
    public void close() {}
}
