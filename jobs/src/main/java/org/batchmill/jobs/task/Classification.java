package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.report.ClassificationReport;
import org.batchmill.jobs.report.RunSummary;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleSource;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.task.ClassificationMetrics;
import org.batchmill.train.task.ClassificationTask;
import org.batchmill.train.task.LikelyClass;
import org.batchmill.train.task.TaskMetrics;

/** The class of an image, of one network. */
record Classification(ClassificationTask core) implements NetworkTask {

    static final String KIND = "classification";

    @Override
    public Loss loss() {
        return new SoftmaxCrossEntropy();
    }

    @Override
    public List<String> check(SampleSource training) throws IOException {
        return training instanceof SampleSource.Indexed samples
                ? ClassDataCheck.lines(samples, core.classes())
                : List.of();
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
            LikelyClass best = core.likeliest(outputs, row, 1).get(0);
            return batch.labels(row) instanceof Labels.ClassLabel label
                    ? String.format(
                            Locale.ROOT,
                            "%s at %.0f %%, truly %s",
                            best.name(),
                            100 * best.probability(),
                            label.className())
                    : ImagePredictions.noTarget();
        }

        /** What the likeliest of all classes has before the true one, in logarithms of probabilities. */
        @Override
        public double mistake(Batch batch, int row, float[] outputs) {
            int size = core.classes().size();
            int truth = batch.labels(row) instanceof Labels.ClassLabel label
                    ? core.classes().indexOf(label.className())
                    : -1;
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < size; i++) {
                largest = i == truth ? largest : Math.max(largest, outputs[row * size + i]);
            }
            return truth < 0 ? Double.NEGATIVE_INFINITY : largest - outputs[row * size + truth];
        }
    }

    @Override
    public Map<String, Object> detail(TaskMetrics metrics) {
        Map<String, Object> detail = new LinkedHashMap<>();
        ClassificationReport.add(((ClassificationMetrics) metrics).detail(), detail);
        return detail;
    }

    @Override
    public NetworkMetrics metrics() {
        ClassificationMetrics metrics = core.metrics();
        return new NetworkMetrics(core, metrics) {
            @Override
            public void addGroups(Map<String, Double> scores, Map<String, Object> json) {
                ClassificationReport.add(metrics.detail(), json);
            }

            @Override
            public List<String> lines() {
                return ClassificationReport.lines(metrics.detail());
            }

            @Override
            public void writeReport(Path folder) throws IOException {
                ClassificationReport.write(metrics.detail(), folder);
            }
        };
    }

    @Override
    public ClassificationTask classifier(Path checkpoint) {
        return core;
    }
}
