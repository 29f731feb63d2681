package org.batchmill.ingest.packing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/**
 * What the workers of one job share inside one process: the open data set, which may be costly to open and is safe for use by many
 * threads, and the count of what they did. Beam gives each of its threads a copy of a function; all of them lease the same share.
 */
final class WorkerShare implements AutoCloseable {

    private static final Map<String, WorkerShare> SHARES = new HashMap<>();

    private final PackSpec spec;
    private final List<SampleSource.Indexed> lists;
    private int leases;

    final LongAdder checked = new LongAdder();
    final LongAdder written = new LongAdder();
    final LongAdder bad = new LongAdder();
    final LongAdder reused = new LongAdder();

    private WorkerShare(PackSpec spec) {
        this.spec = spec;
        this.lists = new ArrayList<>(Collections.nCopies(spec.lists().size(), null));
    }

    /** Leases the share of a job; closing gives it back, and the last one to do so closes the data set. */
    static WorkerShare lease(PackSpec spec) {
        synchronized (SHARES) {
            WorkerShare share = SHARES.computeIfAbsent(spec.token(), token -> new WorkerShare(spec));
            share.leases++;
            return share;
        }
    }

    /** A list of the data set, opened when first asked for. */
    SampleSource.Indexed list(int list) throws IOException {
        synchronized (lists) {
            if (lists.get(list) == null) {
                lists.set(list, open(spec.options(), spec.lists().get(list)));
            }
            return lists.get(list);
        }
    }

    /** Opens one list of the data set, or all of it where the name is empty. */
    static SampleSource.Indexed open(PackOptions options, String list) throws IOException {
        SampleSource source = Sources.open(
                options.data(),
                list.isEmpty() ? options.source() : options.source().withSplit(list));
        if (source instanceof SampleSource.Indexed indexed) {
            return indexed;
        }
        source.close();
        throw new UsageException(options.data() + ": cannot be packed: its samples have no fixed places");
    }

    @Override
    public void close() throws IOException {
        synchronized (SHARES) {
            if (--leases > 0) {
                return;
            }
            SHARES.remove(spec.token());
        }
        synchronized (lists) {
            for (SampleSource.Indexed list : lists) {
                if (list != null) {
                    list.close();
                }
            }
        }
    }
}
