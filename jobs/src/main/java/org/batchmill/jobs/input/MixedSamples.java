package org.batchmill.jobs.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/**
 * Several data sets, one after the other, with the proportions in which a run draws from them. The classes are those of the first,
 * then those that the others add. Safe for use by many threads; owns the data sets.
 */
public final class MixedSamples implements SampleSource.Indexed {

    private final List<Part> parts;

    /**
     * One of the data sets.
     *
     * @param weight draws from it, in proportion to the weights of the others; above 0
     */
    public record Part(SampleSource.Indexed source, double weight) {}

    public MixedSamples(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    List<Long> sizes() {
        return parts.stream().map(part -> part.source().size()).toList();
    }

    List<Double> weights() {
        return parts.stream().map(Part::weight).toList();
    }

    @Override
    public List<String> classes() {
        Set<String> names = new LinkedHashSet<>();
        parts.forEach(part -> names.addAll(part.source().classes()));
        return new ArrayList<>(names);
    }

    @Override
    public List<String> notices() {
        return parts.stream()
                .flatMap(part -> part.source().notices().stream())
                .distinct()
                .toList();
    }

    @Override
    public long size() {
        return parts.stream().mapToLong(part -> part.source().size()).sum();
    }

    @Override
    public Sample read(long index) throws IOException {
        Place place = place(index);
        return place.source().read(place.index());
    }

    @Override
    public void soon(long index) {
        Place place = place(index);
        place.source().soon(place.index());
    }

    @Override
    public Labels labels(long index) throws IOException {
        Place place = place(index);
        return place.source().labels(place.index());
    }

    private record Place(SampleSource.Indexed source, long index) {}

    private Place place(long index) {
        long left = index;
        for (Part part : parts) {
            if (left < part.source().size()) {
                return new Place(part.source(), left);
            }
            left -= part.source().size();
        }
        throw new IndexOutOfBoundsException("sample " + index + " of " + size());
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Part part : parts) {
            try {
                part.source().close();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
