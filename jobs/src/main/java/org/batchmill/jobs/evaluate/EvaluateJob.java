package org.batchmill.jobs.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.NumberText;
import org.batchmill.jobs.OutputFiles;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.jobs.model.TrainedModel;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.task.AnglePredictions;
import org.batchmill.jobs.task.InputView;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.NetworkMetrics;
import org.batchmill.jobs.task.Policies;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.loop.Evaluator;
import org.batchmill.train.task.TaskMetrics;

/** Evaluates trained networks on labelled data. Stateless. */
public final class EvaluateJob {

    private static final int DEFAULT_BATCH = 16;

    private EvaluateJob() {}

    /**
     * The outcome.
     *
     * @param scores  the task's numbers by name
     * @param metrics filled, for what there is beside the numbers
     */
    public record Outcome(Map<String, Double> scores, NetworkMetrics metrics) {

        /** What is counted, and written without a fraction. */
        private static final List<String> COUNTS = List.of("images", "frames", "rows", "steering_frames");

        /** {@code bins/-1..-0.5/rmse} is a number of one part of the range of angles. */
        private static final String BINS = "bins/";

        /**
         * Writes what the task has to show beside the numbers: the confusion matrix and the curves of a detector, as PNG and as JSON.
         *
         * @throws UsageException if it has nothing
         */
        public void writeReport(Path folder) throws IOException {
            metrics.writeReport(folder);
        }

        /** The keys of docs/cli.md; the numbers of single classes and of parts are gathered by the task. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            scores.forEach((name, value) -> {
                if (COUNTS.contains(name)) {
                    keys.put(name, value.longValue());
                } else if (name.indexOf('/') < 0) {
                    keys.put(name, JsonLine.finite(value));
                }
            });
            metrics.addGroups(scores, keys);
            return JsonLine.of(keys);
        }

        /** For people: a line a number, and a line for each part of the range of angles. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            scores.forEach((name, value) -> {
                if (!name.startsWith(BINS)) {
                    lines.add(String.format(Locale.ROOT, "%-24s %s", name, NumberText.of(value)));
                }
            });
            for (String rmse : scores.keySet()) {
                if (rmse.startsWith(BINS) && rmse.endsWith("/rmse")) {
                    String bin = rmse.substring(0, rmse.length() - "rmse".length());
                    lines.add(String.format(
                            Locale.ROOT,
                            "angles %-17s %.0f frames, rmse %.4g, mae %.4g",
                            bin.substring(BINS.length(), bin.length() - 1),
                            scores.get(bin + "frames"),
                            scores.get(rmse),
                            scores.get(bin + "mae")));
                }
            }
            lines.addAll(metrics.lines());
            return lines;
        }
    }

    /**
     * Evaluates.
     *
     * @param checkpoints files or run folders; several are evaluated as an ensemble
     * @throws IOException if the data or a checkpoint is bad
     */
    public static Outcome run(
            List<Path> checkpoints, DataOptions data, InputOptions input, EngineOptions engine, JobListener listener)
            throws IOException, InterruptedException {
        return run(checkpoints, data, input, engine, new EvaluateOptions(), listener);
    }

    /** {@link #run(List, DataOptions, InputOptions, EngineOptions, JobListener)} with more to show. */
    public static Outcome run(
            List<Path> checkpoints,
            DataOptions data,
            InputOptions input,
            EngineOptions engine,
            EvaluateOptions options,
            JobListener listener)
            throws IOException, InterruptedException {
        DataSets.refuseOver(options.plot, data);
        DataSets.refuseOver(options.predictions, data);
        OutputFiles.require(options.plot, options.predictions);
        int rows = input.batch == null ? DEFAULT_BATCH : input.batch;
        try (TrainedModel model = TrainedModel.load(checkpoints, rows, engine, !options.lastWeights, listener)) {
            InputView view = model.networkTask().view(model.network());
            Policy asked = input.readPolicy();
            Policy policy = view.policy(asked == null ? Policy.NONE : Policies.evaluation(asked));
            try (SampleSource opened = DataSets.openAll(data, view);
                    SampleSource source = view.show(opened)) {
                opened.notices().forEach(listener::warn);
                SampleBatches batches = new SampleBatches(
                        source,
                        Learning.shapeOf(model.network(), rows, model.format()),
                        policy,
                        input,
                        new PipelineListener() {
                            @Override
                            public void onSkipped(String name, Draw draw, Exception cause) {
                                listener.warn(SkippedSamples.line(name, cause));
                            }
                        });
                return evaluate(model, batches, source, options, listener);
            }
        }
    }

    private static Outcome evaluate(
            TrainedModel model,
            SampleBatches batches,
            SampleSource source,
            EvaluateOptions options,
            JobListener listener)
            throws IOException, InterruptedException {
        NetworkMetrics metrics = model.networkTask().metrics();
        AnglePredictions angles = options.plot == null && options.predictions == null
                ? null
                : model.networkTask().angles();
        TaskMetrics watched = angles == null ? metrics.metrics() : angles.watching(metrics.metrics());
        Map<String, Double> scores;
        try (PipelineBatches stream = batches.inOrder()) {
            scores = new Evaluator(model.predictor(), model.task(), null)
                    .evaluate(new ReportingBatches(stream, source, listener), watched)
                    .scores();
        }
        if (options.plot != null) {
            angles.draw(options.plot);
        }
        if (options.predictions != null) {
            angles.write(options.predictions);
        }
        return new Outcome(scores, metrics);
    }
}
