package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.report.DetectionCharts;
import org.batchmill.jobs.report.RunSummary;
import org.batchmill.records.Box;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleSource;
import org.batchmill.train.darknet.AverageLoss;
import org.batchmill.train.detection.Detection;
import org.batchmill.train.detection.DetectionReport;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.recipe.Recipes;
import org.batchmill.train.task.TaskMetrics;

/** Boxes and classes, of one network. */
record ObjectDetection(DetectionTask core) implements NetworkTask {

    /** The least score of a box that is drawn, as for people. */
    private static final double THRESHOLD = .25;

    private static final String PER_CLASS = "ap50/";

    @Override
    public Loss loss() {
        return core.loss();
    }

    @Override
    public Optimizer usualOptimizer() {
        return new Optimizer.Momentum(.9f);
    }

    @Override
    public float usualDecay() {
        return 5e-4f;
    }

    @Override
    public List<String> check(SampleSource training) throws IOException {
        return training instanceof SampleSource.Indexed samples ? DetectionDataCheck.lines(samples, core) : List.of();
    }

    /** Whoever trains by the reference's recipe compares the reference's line. */
    @Override
    public List<Hook> hooks(Recipe recipe, Consumer<String> log) {
        return recipe.name().equals(Recipes.DARKNET) ? List.of(new AverageLoss(log)) : List.of();
    }

    @Override
    public void draw(Predictions predictions, RunSummary summary, Path run) throws IOException, InterruptedException {
        ImagePredictions.add(predictions, summary, new Drawn());
    }

    @Override
    public Optional<PredictionDrawing> drawing() {
        return Optional.of(new Drawn());
    }

    private final class Drawn implements PredictionDrawing {

        @Override
        public String draw(Canvas image, Batch batch, int row, float[] outputs) {
            if (!(batch.labels(row) instanceof Labels.Boxes boxes)) {
                return ImagePredictions.noTarget();
            }
            for (Box box : boxes.boxes()) {
                image.box(box, "", Rgb.WHITE);
            }
            List<Detection> found = found(batch, row, outputs);
            image.boxes(found.stream()
                    .map(one -> Annotations.detection(one.box(core.classes()), one.score(), core.classes()))
                    .toList());
            return found.size() + " found, " + boxes.boxes().size() + " true (white)";
        }

        @Override
        public double mistake(Batch batch, int row, float[] outputs) throws DataException {
            return core.mistakes(batch, row, found(batch, row, outputs));
        }

        private List<Detection> found(Batch batch, int row, float[] outputs) {
            return DetectionTask.visible(core.decoder(THRESHOLD), outputs, row, batch.mapping(row));
        }
    }

    @Override
    public Map<String, Object> detail(TaskMetrics metrics) {
        Map<String, Object> detail = new LinkedHashMap<>();
        DetectionReport.json(((DetectionTask.DetectionMetrics) metrics).detail())
                .properties()
                .forEach(field -> detail.put(field.getKey(), field.getValue()));
        return detail;
    }

    @Override
    public NetworkMetrics metrics() {
        DetectionTask.DetectionMetrics metrics = core.metrics();
        return new NetworkMetrics(core, metrics) {
            @Override
            public void addGroups(Map<String, Double> scores, Map<String, Object> json) {
                json.put("classes", classes(scores));
            }

            @Override
            public void writeReport(Path folder) throws IOException {
                DetectionCharts.write(metrics.detail(), folder);
            }
        };
    }

    private static List<Map<String, Object>> classes(Map<String, Double> scores) {
        Map<String, Double> classes = new TreeMap<>();
        scores.forEach((name, value) -> {
            if (name.startsWith(PER_CLASS)) {
                classes.put(name.substring(PER_CLASS.length()), value);
            }
        });
        return classes.entrySet().stream()
                .map(entry -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("name", entry.getKey());
                    one.put("ap50", JsonLine.finite(entry.getValue()));
                    return one;
                })
                .toList();
    }

    @Override
    public DetectionTask detector(Path checkpoint) {
        return core;
    }
}
