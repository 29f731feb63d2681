package org.batchmill.ingest.packing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/** The lists of a data set, open for reading by many threads. Whoever opens them closes them. */
final class OpenLists implements AutoCloseable {

    private final List<SampleSource.Indexed> lists = new ArrayList<>();
    private final BoxTally boxes = new BoxTally();

    private OpenLists() {}

    /**
     * Opens them.
     *
     * @param names  of the lists; one empty name where the data set is read as a whole
     * @param damage decides about damaged places in the framing of record files
     */
    static OpenLists open(PackOptions options, List<String> names, DamagePolicy damage) throws IOException {
        OpenLists open = new OpenLists();
        Tolerance tolerance = new Tolerance(new BoxRules(options.source().classes(), open.boxes), damage);
        try {
            for (String name : names) {
                SourceOptions source =
                        name.isEmpty() ? options.source() : options.source().withSplit(name);
                open.lists.add(indexed(options.data(), Sources.open(options.data(), source, tolerance)));
            }
            return open;
        } catch (IOException | RuntimeException e) {
            open.close();
            throw e;
        }
    }

    private static SampleSource.Indexed indexed(String data, SampleSource source) throws IOException {
        if (source instanceof SampleSource.Indexed indexed) {
            return indexed;
        }
        source.close();
        throw new UsageException(data + ": cannot be packed: its samples have no fixed places");
    }

    SampleSource.Indexed get(int list) {
        return lists.get(list);
    }

    /** Counts what the rules do to boxes. */
    BoxTally boxes() {
        return boxes;
    }

    @Override
    public void close() throws IOException {
        for (SampleSource.Indexed list : lists) {
            list.close();
        }
    }
}
