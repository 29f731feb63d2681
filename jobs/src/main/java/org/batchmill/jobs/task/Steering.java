package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.report.RunSummary;
import org.batchmill.jobs.steering.AngleCharts;
import org.batchmill.jobs.steering.ShownFrames;
import org.batchmill.jobs.steering.SteeringInput;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleSource;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.Network;
import org.batchmill.train.task.AnglesOverFrames;
import org.batchmill.train.task.SteeringMetrics;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.train.task.TaskMetrics;

/** A steering angle, of one network. */
record Steering(SteeringTask core) implements NetworkTask {

    /** {@code f1/left} is a number of the object {@code f1}. */
    private static final String F1 = "f1/";

    /** {@code bins/-1..-0.5/rmse} is a number of one part of the range of angles. */
    private static final String BINS = "bins/";

    @Override
    public Loss loss() {
        return new MeanSquaredError();
    }

    @Override
    public InputView view(Network network) {
        return new DriveView(new SteeringInput(core.view(), network));
    }

    /** How the angles are distributed, and how they go on over the frames. */
    @Override
    public List<String> drawLabels(SampleSource training, Path run) throws IOException {
        if (!(training instanceof ShownFrames frames)) {
            return List.of();
        }
        Path histogram = run.resolve("angles-histogram.png");
        Path curve = run.resolve("angles-over-frames.png");
        AngleCharts.histogram(frames.angles(), histogram);
        AngleCharts.curve(frames.angles(), curve);
        return List.of("angles: " + frames.angles().summary() + "; drawn in " + histogram + " and " + curve);
    }

    @Override
    public void draw(Predictions predictions, RunSummary summary, Path run) throws IOException, InterruptedException {
        ImagePredictions.add(predictions, summary, new Drawn());
    }

    @Override
    public Optional<PredictionDrawing> drawing() {
        return Optional.of(new Drawn());
    }

    private static final class Drawn implements PredictionDrawing {

        @Override
        public String draw(Canvas image, Batch batch, int row, float[] outputs) {
            if (!(batch.labels(row) instanceof Labels.Steering steering)) {
                return ImagePredictions.noTarget();
            }
            float angle = angle(batch, row, outputs);
            Annotations.wheel(image, steering.angle(), .3, Rgb.WHITE);
            Annotations.wheel(image, angle, .7, Rgb.of(1));
            return String.format(Locale.ROOT, "%+.3f, truly %+.3f", angle, steering.angle());
        }

        @Override
        public double mistake(Batch batch, int row, float[] outputs) {
            return batch.labels(row) instanceof Labels.Steering steering
                    ? Math.abs(angle(batch, row, outputs) - steering.angle())
                    : Double.NEGATIVE_INFINITY;
        }

        private static float angle(Batch batch, int row, float[] outputs) {
            return outputs[row * (outputs.length / batch.size())];
        }
    }

    /** {@code angles: {every, truth, predicted}}: of every so many frames in their order. */
    @Override
    public Map<String, Object> detail(TaskMetrics metrics) {
        AnglesOverFrames frames = ((SteeringMetrics) metrics).frames();
        Map<String, Object> angles = new LinkedHashMap<>();
        angles.put("every", frames.every());
        angles.put("truth", finite(frames.truth()));
        angles.put("predicted", finite(frames.predicted()));
        return Map.of("angles", angles);
    }

    /** As numbers that are written as they are read: a float has no more digits than it needs. */
    private static List<Float> finite(float[] angles) {
        List<Float> finite = new ArrayList<>(angles.length);
        for (float angle : angles) {
            finite.add(Float.isFinite(angle) ? angle : null);
        }
        return finite;
    }

    @Override
    public NetworkMetrics metrics() {
        return new NetworkMetrics(core, core.metrics()) {
            @Override
            public void addGroups(Map<String, Double> scores, Map<String, Object> json) {
                json.put("f1", f1(scores));
                json.put("bins", bins(scores));
            }
        };
    }

    private static Map<String, Object> f1(Map<String, Double> scores) {
        Map<String, Object> f1 = new LinkedHashMap<>();
        scores.forEach((name, value) -> {
            if (name.startsWith(F1)) {
                f1.put(name.substring(F1.length()), JsonLine.finite(value));
            }
        });
        return f1;
    }

    /** One object for each part of the range: where it begins and ends, and its numbers. */
    private static List<Map<String, Object>> bins(Map<String, Double> scores) {
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

    @Override
    public AnglePredictions angles() {
        return new AnglePredictions();
    }

    @Override
    public SteeringTask driver(Path checkpoint) {
        return core;
    }
}
