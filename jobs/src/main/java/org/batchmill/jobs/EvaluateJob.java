package org.batchmill.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
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
        private static final List<String> COUNTS = List.of("images", "frames", "rows");

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
            scores.forEach((name, value) -> {
                if (name.startsWith(PER_CLASS)) {
                    classes.put(name.substring(PER_CLASS.length()), value);
                } else if (COUNTS.contains(name)) {
                    keys.put(name, value.longValue());
                } else {
                    keys.put(name, JsonLine.finite(value));
                }
            });
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
    }

    /** What a network of sequences takes, or the source itself. */
    private static SampleSource sequences(SampleSource source, int frames) throws IOException {
        return frames == 1 ? source : FrameSequences.of(TrainingSets.indexed(source, "--frames"), frames);
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
        int rows = input.batch() == null ? DEFAULT_BATCH : input.batch();
        try (SampleSource opened = DataSets.openAll(data);
                TrainedModel model = TrainedModel.load(checkpoints, rows, engine);
                SampleSource source = sequences(opened, model.network().timeSteps())) {
            Policy asked = Policies.named(input.policy());
            SampleBatches batches = new SampleBatches(
                    source,
                    Learning.shapeOf(model.network(), rows, model.format()),
                    asked == null ? Policy.NONE : Policies.evaluation(asked),
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
                        .evaluate(new ReportingBatches(stream, source, listener), scoring);
                return new Judgement(
                        model.task().description().kind(),
                        judgement.scores(),
                        scoring instanceof DetectionTask.DetectionScoring detection ? detection.detail() : null);
            }
        }
    }
}
