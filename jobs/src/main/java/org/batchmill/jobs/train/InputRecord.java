package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.queues.pipeline.PipelineMetrics;
import org.batchmill.records.storage.GrowingFile;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.loop.TrainingResult;

/**
 * Writes now and then what the pipeline did up to then: a JSON line in {@code input.jsonl}, every five seconds at first and more seldom the
 * longer the run lasts. Counts begin anew with each session. Used by the loop's thread.
 */
final class InputRecord implements Hook {

    private static final long EVERY_NANOS = 5_000_000_000L;
    private static final int SELDOM_AFTER = 1000;

    private final Path file;
    private final PipelineBatches batches;
    private long last = System.nanoTime();
    private int lines;

    InputRecord(Path run, PipelineBatches batches) {
        this.file = run.resolve(RunFiles.INPUT);
        this.batches = batches;
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {
        long now = System.nanoTime();
        if (now - last >= EVERY_NANOS * (1 + lines / SELDOM_AFTER)) {
            last = now;
            lines++;
            write(report.step());
        }
    }

    @Override
    public void onEnded(LoopControl loop, TrainingResult result) throws IOException {
        write(result.step());
    }

    private void write(long step) throws IOException {
        PipelineMetrics metrics = batches.metrics();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("samples", metrics.counts().samples());
        line.put("run_ms", metrics.times().runNanos() / 1e6);
        line.put("waited_ms", metrics.times().waitedNanos() / 1e6);
        line.put("workers", metrics.workers().count());
        line.put("prefetch", metrics.queues().prefetch());
        line.put("ready", metrics.queues().batchesReady());
        line.put("in_flight", metrics.queues().inFlight());
        List<Map<String, Object>> stages = new ArrayList<>();
        for (PipelineMetrics.Stage stage : metrics.stages()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", stage.name());
            one.put("busy_ms", stage.busyNanos() / 1e6);
            one.put("count", stage.count());
            stages.add(one);
        }
        line.put("stages", stages);
        GrowingFile.appendLine(file, JsonLine.of(line));
    }
}
