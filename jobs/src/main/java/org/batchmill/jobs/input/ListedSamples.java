package org.batchmill.jobs.input;

import java.util.List;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/** Samples that are at hand, without classes. Immutable. */
public record ListedSamples(List<Sample> samples) implements SampleSource.Indexed {

    public ListedSamples {
        samples = List.copyOf(samples);
    }

    @Override
    public List<String> classes() {
        return List.of();
    }

    @Override
    public long size() {
        return samples.size();
    }

    @Override
    public Sample read(long index) {
        return samples.get((int) index);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
