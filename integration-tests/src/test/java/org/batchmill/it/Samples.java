package org.batchmill.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/** Reads data sets whole. */
public final class Samples {

    private Samples() {}

    /** All samples of a place, as {@code --data} names it, in its own order. */
    public static List<Sample> read(String where) throws IOException {
        List<Sample> samples = new ArrayList<>();
        try (SampleSource source = Sources.open(where, SourceOptions.defaults())) {
            SampleSource.Indexed indexed = (SampleSource.Indexed) source;
            for (long i = 0; i < indexed.size(); i++) {
                samples.add(indexed.read(i));
            }
        }
        return samples;
    }
}
