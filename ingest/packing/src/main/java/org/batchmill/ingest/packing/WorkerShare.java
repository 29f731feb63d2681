package org.batchmill.ingest.packing;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.SampleSource;

/**
 * What the workers of one job share inside one process: the open data set, which may be costly to open and is safe for use by many
 * threads, and the count of what they did. Beam gives each of its threads a copy of a function; all of them lease the same share.
 */
final class WorkerShare implements AutoCloseable {

    private static final Map<String, WorkerShare> SHARES = new HashMap<>();

    private final String token;
    private final OpenLists lists;
    private final ReadingOrder order;
    /** What its workers pass through. */
    final WorkGate gate;

    /** Where the shards go that were written while they were checked. */
    final ShardsToDisk toDisk;

    private int leases;

    final LongAdder checked = new LongAdder();
    final LongAdder written = new LongAdder();
    final LongAdder bad = new LongAdder();
    final LongAdder reused = new LongAdder();

    /** The names of the shards that were written in this process while they were checked, and are whole. */
    final Set<String> ahead = ConcurrentHashMap.newKeySet();

    private WorkerShare(String token, OpenLists lists, ReadingOrder order, WorkGate gate, int workers) {
        this.token = token;
        this.lists = lists;
        this.order = order;
        this.gate = gate;
        this.toDisk = new ShardsToDisk(workers);
    }

    /**
     * Leases the share of a job; closing gives it back, and the last one to do so closes the data set.
     *
     * @throws CancellationException if the job ran in this process and has ended
     */
    static WorkerShare lease(PackSpec spec) throws IOException {
        synchronized (SHARES) {
            WorkerShare share = SHARES.get(spec.token());
            if (share != null) {
                return share.leased();
            }
            WorkGate gate = WorkGate.of(spec.token(), spec.journal());
            gate.checkGoing();
            // Who started the job has checked the damaged places, or there would be no workers.
            OpenLists lists = OpenLists.open(spec.options(), spec.lists(), DamagePolicy.skip(Long.MAX_VALUE));
            return lease(
                    spec,
                    lists,
                    ReadingOrder.of(spec.options(), lists, spec.lists().size()),
                    gate);
        }
    }

    /** As {@link #lease(PackSpec)}, with the data set that whoever starts the job has opened. */
    static WorkerShare lease(PackSpec spec, OpenLists lists, ReadingOrder order) {
        return lease(spec, lists, order, WorkGate.open(spec.token()));
    }

    private static WorkerShare lease(PackSpec spec, OpenLists lists, ReadingOrder order, WorkGate gate) {
        synchronized (SHARES) {
            WorkerShare share = new WorkerShare(
                    spec.token(), lists, order, gate, spec.options().runner().workers());
            SHARES.put(spec.token(), share);
            return share.leased();
        }
    }

    private WorkerShare leased() {
        leases++;
        return this;
    }

    /** A list of the data set. */
    SampleSource.Indexed list(int list) {
        return lists.get(list);
    }

    /** In which order the check reads. */
    ReadingOrder order() {
        return order;
    }

    /** Counts what the rules do to boxes. */
    BoxTally boxes() {
        return lists.boxes();
    }

    @Override
    public void close() throws IOException {
        synchronized (SHARES) {
            if (--leases > 0) {
                return;
            }
            SHARES.remove(token);
        }
        gate.close();
        toDisk.close();
        lists.close();
    }
}
