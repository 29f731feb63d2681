package org.batchmill.jobs.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.jobs.input.TaskInput;
import org.batchmill.jobs.model.TrainedModel;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.steering.SteeringInput;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.Policies;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.detection.DetectionReport;
import org.batchmill.train.detection.DetectionScores;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.loop.Evaluator;
import org.batchmill.train.task.Scoring;

/** Judges trained networks on labelled data. */
public final class EvaluateJob {

    private static final int DEFAULT_BATCH = 16;

    private EvaluateJob() {}

    /**
     * The judgement.
     *
     * @param task   {@code detection}, {@code steering}, {@code classification} or {@code table}
     * @param scores the task's numbers by name
     * @param detail of a detector; null for other tasks
     */
    public record Judgement(String task, Map<String, Double> scores, DetectionScores detail) {

        private static final String PER_CLASS = "ap50/";

        /** What is counted, and written without a fraction. */
        private static final List<String> COUNTS = List.of("images", "frames", "rows", "steering_frames");

        /** {@code f1/left} is a number of the object {@code f1}. */
        private static final String F1 = "f1/";

        /** {@code bins/-1..-0.5/rmse} is a number of one part of the range of angles. */
        private static final String BINS = "bins/";

        /**
         * Writes the curves and the confusion matrix of a detector, as PNG and as JSON.
         *
         * @throws UsageException if it is no detector
         */
        public void writeReport(Path folder) throws IOException {
            if (detail == null) {
                throw new UsageException("a report with curves and confusions is of a detector, not of " + task);
            }
            DetectionReport.write(detail, folder);
        }

        /** The keys of docs/cli.md; the numbers of single classes are gathered in a list. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            Map<String, Double> classes = new TreeMap<>();
            Map<String, Object> f1 = new LinkedHashMap<>();
            scores.forEach((name, value) -> {
                if (name.startsWith(PER_CLASS)) {
                    classes.put(name.substring(PER_CLASS.length()), value);
                } else if (name.startsWith(F1)) {
                    f1.put(name.substring(F1.length()), JsonLine.finite(value));
                } else if (name.startsWith(BINS)) {
                    return;
                } else if (COUNTS.contains(name)) {
                    keys.put(name, value.longValue());
                } else {
                    keys.put(name, JsonLine.finite(value));
                }
            });
            if (task.equals("steering")) {
                keys.put("f1", f1);
                keys.put("bins", bins());
            }
            if (task.equals("detection")) {
                keys.put(
                        "classes",
                        classes.entrySet().stream()
                                .map(entry -> {
                                    Map<String, Object> one = new LinkedHashMap<>();
                                    one.put("name", entry.getKey());
                                    one.put("ap50", JsonLine.finite(entry.getValue()));
                                    return one;
                                })
                                .toList());
            }
            return JsonLine.of(keys);
        }

        /** One object for each part of the range: where it begins and ends, and its numbers. */
        private List<Map<String, Object>> bins() {
            Map<String, Map<String, Object>> bins = new LinkedHashMap<>();
            scores.forEach((name, value) -> {
                if (name.startsWith(BINS)) {
                    String[] parts = name.substring(BINS.length()).split("/", 2);
                    Map<String, Object> bin = bins.computeIfAbsent(parts[0], angles -> {
                        Map<String, Object> fresh = new LinkedHashMap<>();
                        fresh.put("angles", angles);
                        return fresh;
                    });
                    if (parts[1].equals("frames")) {
                        bin.put(parts[1], value.longValue());
                    } else {
                        bin.put(parts[1], JsonLine.finite(value));
                    }
                }
            });
            return List.copyOf(bins.values());
        }

        /** For people: a line a number, and a line for each part of the range of angles. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            scores.forEach((name, value) -> {
                if (!name.startsWith(BINS)) {
                    lines.add(String.format(Locale.ROOT, "%-24s %.5g", name, value));
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
            return lines;
        }
    }

    /**
     * Evaluates.
     *
     * @param checkpoints files or run folders; several are judged as an ensemble
     * @throws IOException if the data or a checkpoint is bad
     */
    public static Judgement run(
            List<Path> checkpoints, DataOptions data, InputOptions input, EngineOptions engine, JobListener listener)
            throws IOException, InterruptedException {
        return run(checkpoints, data, input, engine, Extras.NONE, listener);
    }

    /**
     * What else is wanted.
     *
     * @param averaged    judge the moving average of the weights, where the checkpoint keeps one, not the last weights
     * @param plot        truth and prediction over the frames of a steering network are drawn here; null for nowhere
     * @param predictions every sample's name, truth and prediction of a steering network go here as CSV; null for nowhere
     */
    public record Extras(boolean averaged, Path plot, Path predictions) {

        /** Nothing. */
        public static final Extras NONE = new Extras(true, null, null);
    }

    /** {@link #run(List, DataOptions, InputOptions, EngineOptions, JobListener)} with more to show. */
    public static Judgement run(
            List<Path> checkpoints,
            DataOptions data,
            InputOptions input,
            EngineOptions engine,
            Extras extras,
            JobListener listener)
            throws IOException, InterruptedException {
        int rows = input.batch() == null ? DEFAULT_BATCH : input.batch();
        try (TrainedModel model = TrainedModel.load(checkpoints, rows, engine, extras.averaged(), listener);
                SampleSource opened =
                        TaskInput.of(model.network(), model.task()).all(data);
                SampleSource source =
                        TaskInput.of(model.network(), model.task()).show(opened)) {
            DrivePredictions drive = DrivePredictions.of(model.task(), extras);
            SampleBatches batches = new SampleBatches(
                    source,
                    Learning.shapeOf(model.network(), rows, model.format()),
                    policy(model, Policies.named(input.policy())),
                    input,
                    new PipelineListener() {
                        @Override
                        public void skipped(String name, Draw draw, Exception cause, boolean quarantine) {
                            listener.warns(SkippedSamples.line(name, cause));
                        }
                    });
            try (PipelineBatches stream = batches.inOrder()) {
                Scoring scoring = model.task().scoring();
                Evaluator.Judgement judgement = new Evaluator(model.predictor(), model.task(), null)
                        .evaluate(new ReportingBatches(stream, source, listener), drive.watching(scoring));
                drive.write(extras);
                return new Judgement(
                        model.task().description().kind(),
                        judgement.scores(),
                        scoring instanceof DetectionTask.DetectionScoring detection ? detection.detail() : null);
            }
        }
    }

    private static Policy policy(TrainedModel model, Policy asked) {
        Policy fixed = asked == null ? Policy.NONE : Policies.evaluation(asked);
        SteeringInput steering = TaskInput.of(model.network(), model.task()).steering();
        return steering == null ? fixed : steering.coloured(fixed);
    }
}
