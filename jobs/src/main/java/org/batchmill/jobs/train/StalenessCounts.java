package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.loop.TrainingResult;

/** Counts how stale the gradients of asynchronous training were, and writes {@code staleness.csv}: a line for each staleness. */
final class StalenessCounts implements Hook {

    private final Path run;
    private final JobListener listener;
    private final Map<Integer, Long> updates = new TreeMap<>();

    StalenessCounts(Path run, JobListener listener) {
        this.run = run;
        this.listener = listener;
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) {
        updates.merge(report.gang().staleness().last(), 1L, Long::sum);
    }

    @Override
    public void onEnded(LoopControl loop, TrainingResult result) throws IOException {
        long count = updates.values().stream().mapToLong(its -> its).sum();
        if (count == 0) {
            return;
        }
        StringBuilder lines = new StringBuilder("staleness,updates\n");
        double sum = 0;
        int most = 0;
        for (Map.Entry<Integer, Long> its : updates.entrySet()) {
            lines.append(its.getKey()).append(',').append(its.getValue()).append('\n');
            sum += (double) its.getKey() * its.getValue();
            most = its.getKey();
        }
        Storage.write(run.resolve("staleness.csv"), lines.toString().getBytes(StandardCharsets.UTF_8));
        listener.log(String.format(
                Locale.ROOT,
                "gradients were %.2f updates stale on the average, at most %d (staleness.csv)",
                sum / count,
                most));
    }
}
