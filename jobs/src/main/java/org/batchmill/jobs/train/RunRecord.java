package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.NumberText;
import org.batchmill.jobs.dashboard.FrozenPages;
import org.batchmill.jobs.evaluate.BatchImages;
import org.batchmill.jobs.evaluate.EvaluationRecord;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.jobs.report.PlainReport;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.jobs.report.RunSummary;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.Predictions;
import org.batchmill.jobs.topic.TrainingSession;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.DataException;
import org.batchmill.records.SampleSource;
import org.batchmill.train.events.EventHook;
import org.batchmill.train.events.EventWriter;
import org.batchmill.train.loop.Evaluation;
import org.batchmill.train.loop.GangReport;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.loop.TrainingResult;
import org.batchmill.train.monitor.MetricsCsv;
import org.batchmill.train.monitor.MetricsRow;
import org.batchmill.train.monitor.ProgressLine;
import org.batchmill.train.monitor.RunConfig;
import org.batchmill.train.trace.TraceHook;

/**
 * What a run writes about itself beside its checkpoints, and what it shows while it goes on: config.yaml, metrics.csv, a TensorBoard
 * event file, a trace if one is wanted, summary.json and report.html at the end.
 */
final class RunRecord implements AutoCloseable {

    /** Histograms copy every parameter off the device, and a batch takes some milliseconds to draw: now and then is enough. */
    private static final long IMAGES_EVERY = 100;

    private final Path run;
    private final Learning learning;
    private final JobListener listener;
    private final EventWriter events;
    private final MetricsCsv metrics;
    private final RunTrace trace;
    private final TrainingSession session;
    private final ResolvedOptions options;
    /** Behind the last step, for the columns of metrics.csv. */
    private final AtomicReference<GangReport> gang;

    /** Whether a batch was learnt or samples evaluated, and not only looked whether there is something to do. */
    private boolean begun;

    private RunRecord(
            Path run,
            ResolvedOptions options,
            Learning learning,
            JobListener listener,
            EventWriter events,
            MetricsCsv metrics,
            RunTrace trace,
            TrainingSession session,
            AtomicReference<GangReport> gang) {
        this.run = run;
        this.options = options;
        this.learning = learning;
        this.listener = listener;
        this.events = events;
        this.metrics = metrics;
        this.trace = trace;
        this.session = session;
        this.gang = gang;
    }

    /**
     * Opens the record of a training. Nothing is written before the training starts.
     *
     * @param traced  where a trace goes; null for none
     * @param session of the place that the samples come from
     * @param rank    of whose gang steps tell
     */
    static RunRecord open(
            Path run,
            ResolvedOptions options,
            Path traced,
            Learning learning,
            JobListener listener,
            TrainingSession session,
            Rank rank)
            throws IOException {
        AtomicReference<GangReport> gang = new AtomicReference<>();
        Map<String, DoubleSupplier> columns = new LinkedHashMap<>(session.metrics());
        if (rank.inGang()) {
            columns.put("others_share", () -> gang.get().othersShare());
            columns.put("slowest_rank", () -> gang.get().slowest());
        }
        if (rank.asynchronous()) {
            columns.put("staleness", () -> gang.get().staleness().last());
        }
        return new RunRecord(
                run,
                options,
                learning,
                listener,
                EventWriter.in(run),
                new MetricsCsv(run.resolve(RunFiles.METRICS), columns),
                traced == null ? null : new RunTrace(traced, run),
                session,
                gang);
    }

    /** Draws the labels before they are learnt from, where the task has something to show. */
    void drawLabels(SampleSource training) throws IOException {
        learning.networkTask().drawLabels(training, run).forEach(listener::log);
    }

    /** The listener that the pipeline reports to: spans and counters too if a trace is wanted. */
    PipelineListener tracing(SkippedSamples skipped) {
        PipelineListener heard = trace == null ? skipped : new TracedPipeline(skipped, trace.writer());
        return session.listening(heard);
    }

    /** The hooks of the loop. */
    List<Hook> hooks() {
        List<Hook> hooks = new ArrayList<>(session.hooks());
        hooks.addAll(List.of(
                new Beginning(),
                new Progress(),
                metrics,
                new EventHook(events, IMAGES_EVERY),
                new BatchImages(events, learning.task().description().classes(), IMAGES_EVERY),
                new EvaluationRecord(run, learning.networkTask(), events)));
        if (trace != null) {
            hooks.add(new TraceHook(trace.writer()));
        }
        return hooks;
    }

    /** The lines of metrics.csv, of earlier parts of a resumed run too. */
    List<MetricsRow> metrics() throws IOException {
        return MetricsCsv.read(run.resolve(RunFiles.METRICS));
    }

    /**
     * Writes summary.json, and report.html from all that the run has written, in earlier parts of a resumed run too. Ends the trace,
     * which is shown there. Where nothing was left to do, those of before stay.
     *
     * @param predictions what the trained network says of some samples
     */
    void report(TrainingResult result, Predictions predictions) throws IOException, InterruptedException {
        metrics.close();
        events.flush();
        if (trace != null) {
            trace.close();
        }
        if (!begun && Files.exists(run.resolve(RunFiles.REPORT))) {
            return;
        }
        RunSummary summary = new RunSummary()
                .fact("model", learning.network().name())
                .fact(
                        "parameters",
                        String.format(Locale.ROOT, "%,d", learning.network().trainableCount()))
                .fact("steps", Long.toString(result.step()))
                .fact("ended", result.message())
                .fact("images per second", String.format(Locale.ROOT, "%.1f", result.imagesPerSecond()))
                .fact("waited for data", String.format(Locale.ROOT, "%.1f %%", 100 * result.waitedShare()));
        if (result.evaluation() != null) {
            result.evaluation().scores().forEach((name, value) -> summary.fact(name, NumberText.of(value)));
        }
        options.resolved().forEach((name, value) -> summary.fact(name, value.toString()));
        try {
            learning.networkTask().draw(predictions, summary, run);
        } catch (DataException e) {
            listener.warn("no sample predictions in the report: " + e.getMessage());
        }
        summary.write(run.resolve(RunFiles.SUMMARY));
        String title = run.toAbsolutePath().getFileName().toString();
        FrozenPages.write(
                run, PlainReport.of(title, summary, learning.task().metric(), metrics()), run.resolve(RunFiles.REPORT));
    }

    @Override
    public void close() throws IOException {
        listener.finished(Progress.WORK);
        metrics.close();
        events.close();
        if (trace != null) {
            trace.close();
        }
    }

    /**
     * Writes the options down where the loop has taken all that it needs from them and from the checkpoint: a run that cannot go on as
     * it is asked to stays as it was. So does one that goes on and finds nothing left to do.
     */
    private final class Beginning implements Hook {

        @Override
        public void onStarted(LoopControl loop) throws IOException {
            listener.onRunFolder(run);
            if (loop.step() == 0 || !Files.exists(run.resolve(RunFiles.CONFIG))) {
                begin();
            }
        }

        @Override
        public void onGradientsReady(LoopControl loop, Batch batch) throws IOException {
            begin();
        }

        @Override
        public void onEvaluated(LoopControl loop, Evaluation evaluation) throws IOException {
            begin();
        }

        private void begin() throws IOException {
            if (begun) {
                return;
            }
            begun = true;
            if (trace != null) {
                trace.begin();
            }
            RunConfig.write(run.resolve(RunFiles.CONFIG), options.toConfig());
            events.hyperParameters(
                    options.hyperParameters(),
                    List.of("validation/" + learning.task().metric()));
        }
    }

    /** Shows each step. */
    private final class Progress implements Hook {

        private static final String WORK = "training";

        private Evaluation last;

        @Override
        public void onStepped(LoopControl loop, StepReport report, Batch batch) {
            gang.set(report.gang());
            String numbers = ProgressLine.numbers(report, learning.task().metric(), last);
            listener.progress(WORK, report.step(), report.steps(), numbers + session.progress());
        }

        @Override
        public void onEvaluated(LoopControl loop, Evaluation evaluation) {
            String name = learning.task().metric();
            last = evaluation;
            listener.log(String.format(
                    Locale.ROOT,
                    "step %d: validation loss %.4g, %s %.4f%s",
                    evaluation.step(),
                    evaluation.loss(),
                    name,
                    evaluation.metric(),
                    evaluation.best() ? " (best)" : ""));
        }
    }
}
