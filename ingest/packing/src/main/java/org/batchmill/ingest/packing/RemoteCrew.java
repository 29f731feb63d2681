package org.batchmill.ingest.packing;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.batchmill.records.DataException;

/**
 * The workers of a job that are processes of a cluster, as who starts it knows them: by what they add to the journal. For one thread.
 */
final class RemoteCrew {

    /** Looking takes at most this part of the time. */
    private static final int SELDOM = 20;

    private static final long SOONEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Journal journal;
    private final JobSigns signs;
    private final List<SampleRange> ranges;
    private final Set<String> seen = new HashSet<>();

    private long nextLook = System.nanoTime();
    private long checked;
    private long bad;
    private long written;

    private RemoteCrew(Journal journal, String job, List<SampleRange> ranges) {
        this.journal = journal;
        this.signs = journal.signs(job);
        this.ranges = ranges;
    }

    /** Hears how many samples were checked, found bad, and written. */
    @FunctionalInterface
    interface Listener {
        void progress(long checked, long bad, long written);
    }

    /**
     * Runs a pipeline of them to its end. Where that fails for another reason than the data, as it does when a machine is lost, it is run again as
     * long as each time something was added to the journal. If it fails for good, or is interrupted, the workers are told to end, and so is the
     * cluster.
     *
     * @param job      its name at the {@link WorkGate}
     * @param pipeline makes one, which is run once
     * @param ranges   that the workers check; none where nothing is checked first
     * @param notices  hears why it is run again
     * @throws DataException what a worker found
     */
    static void toEnd(
            BeamRunner runner,
            Supplier<Pipeline> pipeline,
            Journal journal,
            String job,
            List<SampleRange> ranges,
            Listener hears,
            Consumer<String> notices)
            throws IOException, InterruptedException {
        FlinkCluster cluster = new FlinkCluster(runner.master().orElseThrow());
        cluster.check(runner.workers());
        RemoteCrew crew = new RemoteCrew(journal, job, ranges);
        crew.signs.begin();
        try {
            while (!crew.finishes(cluster, pipeline.get(), hears, notices)) {
                crew.nextLook = System.nanoTime();
            }
        } finally {
            crew.signs.end();
        }
    }

    /** Whether all is done; false if something was lost, and something was done. */
    private boolean finishes(FlinkCluster cluster, Pipeline pipeline, Listener hears, Consumer<String> notices)
            throws IOException, InterruptedException {
        int before = seen.size();
        try {
            PipelineRun.toEnd(pipeline, () -> {
                look();
                hears.progress(checked, bad, written);
            });
            return true;
        } catch (DataException | InterruptedException | RuntimeException | Error e) {
            cancel(cluster, pipeline, e);
            throw e;
        } catch (IOException e) {
            Optional<DataException> theirs = signs.failure();
            if (theirs.isPresent()) {
                throw theirs.get();
            }
            if (seen.size() == before) {
                throw e;
            }
            notices.accept("the job is sent to the cluster again: " + e.getMessage());
            return false;
        }
    }

    /** The last that is done: a cluster that cannot be told hides nothing of why. */
    private static void cancel(FlinkCluster cluster, Pipeline pipeline, Throwable why) {
        boolean interrupted = Thread.interrupted();
        try {
            cluster.cancel(pipeline.getOptions().getJobName());
        } catch (IOException | InterruptedException | RuntimeException e) {
            why.addSuppressed(e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads what is new in the journal. */
    private void look() throws IOException {
        long start = System.nanoTime();
        if (start - nextLook < 0) {
            return;
        }
        Optional<DataException> failure = signs.failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
        Set<String> names = journal.names();
        for (SampleRange range : ranges) {
            String name = journal.name(range);
            if (names.contains(name) && !seen.contains(name)) {
                Optional<CheckedRange> entry = journal.checked(range);
                if (entry.isPresent()) {
                    seen.add(name);
                    checked += range.count();
                    bad += entry.get().bad().size();
                }
            }
        }
        for (String shard : Journal.shards(names)) {
            if (seen.add(shard)) {
                written += journal.finished(shard).map(PackedShard::records).orElse(0L);
            }
        }
        long took = System.nanoTime() - start;
        nextLook = start + Math.max(SOONEST_NANOS, took * SELDOM);
    }
}
