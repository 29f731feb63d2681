package org.batchmill.jobs.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.batchmill.augment.Batch;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Chart;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.input.SelectedSamples;
import org.batchmill.jobs.input.TrainingSets;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.task.Learning;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleSource;
import org.batchmill.train.detection.Detection;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.engine.Program;
import org.batchmill.train.report.RunReport;
import org.batchmill.train.task.TableTask;

/**
 * What a trained network says of samples, drawn beside what is true: pictures from all over the validation data, or a chart of all rows
 * of a table. Used by one thread; owns nothing.
 */
public final class SamplePredictions {

    private static final int PICTURES = 12;
    private static final int MOST_ROWS = 2000;

    /** The least score of a box that is drawn, as for people. */
    private static final double THRESHOLD = .25;

    private static final int CHART_WIDTH = 760;
    private static final int CHART_HEIGHT = 460;
    private static final int BARS = 20;

    private final Learning learning;
    private final Program program;
    private final TrainingSets sets;
    private final InputOptions input;

    public SamplePredictions(Learning learning, Program program, TrainingSets sets, InputOptions input) {
        this.learning = learning;
        this.program = program;
        this.sets = sets;
        this.input = input;
    }

    /** Adds them to a report; a chart becomes a file of the run folder too. Nothing of a stream, which cannot be read again. */
    public void addTo(RunReport report, Path run) throws IOException, InterruptedException {
        if (learning.task() instanceof TableTask task) {
            if (sets.training() instanceof SampleSource.Indexed training) {
                chart(task, training, report, run);
            }
            return;
        }
        SampleSource source = sets.validation() == null ? sets.training() : sets.validation();
        if (source instanceof SampleSource.Indexed indexed) {
            each(indexed, PICTURES, (batch, outputs) -> {
                for (int row = 0; row < batch.size(); row++) {
                    try (Canvas picture = BatchPictures.picture(batch, row)) {
                        String caption = draw(picture, batch, row, outputs);
                        report.prediction(caption + " \u2014 " + batch.id(row).value(), picture.png());
                    }
                }
            });
        }
    }

    private interface Predicted {
        void take(Batch batch, float[] outputs) throws IOException;
    }

    /** Predicts samples from all over a source. */
    private void each(SampleSource.Indexed source, int most, Predicted predicted)
            throws IOException, InterruptedException {
        int count = (int) Math.min(most, source.size());
        int[] spread = IntStream.range(0, count)
                .map(i -> (int) (source.size() * i / count))
                .toArray();
        SampleBatches samples = new SampleBatches(
                new SelectedSamples(source, spread),
                learning.shape(learning.recipe().rowsAtATime()),
                learning.evaluation(),
                input,
                new PipelineListener() {});
        try (PipelineBatches batches = samples.inOrder()) {
            while (true) {
                try (Batch batch = batches.next()) {
                    if (batch == null) {
                        return;
                    }
                    float[] outputs =
                            new float[batch.size() * learning.network().output().size()];
                    program.predict(batch.pixels(), batch.size(), outputs);
                    predicted.take(batch, outputs);
                }
            }
        }
    }

    /** Draws one prediction, and says it in words. */
    private String draw(Canvas picture, Batch batch, int row, float[] outputs) {
        int size = outputs.length / batch.size();
        Labels truth = batch.labels(row);
        if (learning.task() instanceof DetectionTask task && truth instanceof Labels.Boxes boxes) {
            for (Box box : boxes.boxes()) {
                picture.box(box, "", Rgb.WHITE);
            }
            List<Detection> found = DetectionTask.visible(task.decoder(THRESHOLD), outputs, row, batch.mapping(row));
            for (Detection detection : found) {
                Annotations.detection(picture, detection.box(task.classes()), detection.score(), task.classes());
            }
            return found.size() + " found, " + boxes.boxes().size() + " true (white)";
        } else if (truth instanceof Labels.Steering steering) {
            float angle = outputs[row * size];
            Annotations.wheel(picture, steering.angle(), .3, Rgb.WHITE);
            Annotations.wheel(picture, angle, .7, Rgb.of(1));
            return String.format(Locale.ROOT, "%+.3f, truly %+.3f", angle, steering.angle());
        } else if (truth instanceof Labels.ClassLabel label) {
            return likeliest(outputs, row * size, size) + ", truly " + label.className();
        }
        return "no truth";
    }

    private String likeliest(float[] logits, int from, int size) {
        int best = 0;
        double sum = 0;
        for (int i = 0; i < size; i++) {
            best = logits[from + i] > logits[from + best] ? i : best;
        }
        for (int i = 0; i < size; i++) {
            sum += Math.exp(logits[from + i] - logits[from + best]);
        }
        String name = learning.task().description().classes().get(best);
        return String.format(Locale.ROOT, "%s at %.0f %%", name, 100 / sum);
    }

    /** Rows of a table with their truth and prediction: of the first number where there are several. */
    private record Rows(List<Double> x, List<Double> truth, List<Double> predicted) {

        static double[] array(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private Rows rows(SampleSource.Indexed source) throws IOException, InterruptedException {
        Rows rows = new Rows(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int inputs = learning.network().input().size();
        each(source, MOST_ROWS, (batch, outputs) -> {
            int size = outputs.length / batch.size();
            for (int row = 0; row < batch.size(); row++) {
                rows.x.add((double) batch.pixels().asFloatBuffer().get(row * inputs));
                rows.truth.add((double) ((Labels.Targets) batch.labels(row)).values()[0]);
                rows.predicted.add((double) outputs[row * size]);
            }
        });
        return rows;
    }

    private void chart(TableTask task, SampleSource.Indexed training, RunReport report, Path run)
            throws IOException, InterruptedException {
        Rows learnt = rows(training);
        Rows judged = sets.validation() instanceof SampleSource.Indexed validation ? rows(validation) : null;
        Chart chart;
        if (task.target() != TableTask.Target.NUMBERS) {
            chart = answers(judged == null ? learnt : judged, task);
        } else if (learning.network().input().size() == 1) {
            chart = fit(learnt, judged);
        } else {
            chart = new Chart("Predicted and true", "true", "predicted")
                    .points("training", Rows.array(learnt.truth), Rows.array(learnt.predicted));
            if (judged != null) {
                chart.points("validation", Rows.array(judged.truth), Rows.array(judged.predicted));
            }
        }
        try (Canvas drawn = chart.draw(CHART_WIDTH, CHART_HEIGHT)) {
            drawn.write(run.resolve("fit.png"));
            report.chart("the rows and what the network says of them", drawn.png());
        }
    }

    private static Chart fit(Rows learnt, Rows judged) {
        Chart chart = new Chart("The fit", "x", "y").points("training", Rows.array(learnt.x), Rows.array(learnt.truth));
        if (judged != null) {
            chart.points("validation", Rows.array(judged.x), Rows.array(judged.truth));
        }
        double[] x = Rows.array(learnt.x);
        double[] y = Rows.array(learnt.predicted);
        int[] ascending = IntStream.range(0, x.length)
                .boxed()
                .sorted((a, b) -> Double.compare(x[a], x[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        return chart.line(
                "fitted",
                IntStream.of(ascending).mapToDouble(i -> x[i]).toArray(),
                IntStream.of(ascending).mapToDouble(i -> y[i]).toArray());
    }

    /** How sure the network is of a yes, apart for rows that are one and rows that are not. */
    private static Chart answers(Rows rows, TableTask task) {
        Chart chart = new Chart("Probability of a yes", "probability", "rows").xRange(0, 1);
        for (int answer = 0; answer < 2; answer++) {
            double[] edges = new double[BARS + 1];
            double[] heights = new double[BARS];
            for (int i = 0; i <= BARS; i++) {
                edges[i] = (double) i / BARS;
            }
            for (int i = 0; i < rows.truth.size(); i++) {
                if (rows.truth.get(i) == answer) {
                    double output = rows.predicted.get(i);
                    double yes = task.target() == TableTask.Target.BINARY_LOGITS ? 1 / (1 + Math.exp(-output)) : output;
                    heights[(int) Math.max(0, Math.min(BARS - 1, yes * BARS))]++;
                }
            }
            chart.bars(answer == 1 ? "truly yes" : "truly no", edges, heights);
        }
        return chart;
    }
}
