package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Chart;
import org.batchmill.jobs.report.RunSummary;
import org.batchmill.records.SampleSource;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.loss.SigmoidCrossEntropy;
import org.batchmill.train.loss.WeightedSum;
import org.batchmill.train.task.TableTask;

/** Numbers from a row of a table, of one network. */
record RowPrediction(TableTask core) implements NetworkTask {

    static final String KIND = "table";

    private static final int MOST_ROWS = 2000;
    private static final int CHART_WIDTH = 760;
    private static final int CHART_HEIGHT = 460;
    private static final int BARS = 20;

    @Override
    public Loss loss() {
        return switch (core.target()) {
            // Half the mean squared error: the cost of the lesson.
            case NUMBERS -> new WeightedSum(List.of(new WeightedSum.Term(new MeanSquaredError(), .5f)));
            case BINARY_LOGITS -> new SigmoidCrossEntropy();
            case BINARY_PROBABILITIES -> new MeanSquaredError();
        };
    }

    @Override
    public boolean isFit() {
        return core.target() == TableTask.Target.NUMBERS;
    }

    /** A chart of all rows; none of a stream, which cannot be read again. */
    @Override
    public void draw(Predictions predictions, RunSummary summary, Path run) throws IOException, InterruptedException {
        if (!(predictions.training() instanceof SampleSource.Indexed training)) {
            return;
        }
        Rows learnt = Rows.of(predictions, training);
        Rows evaluated = predictions.validation() instanceof SampleSource.Indexed validation
                ? Rows.of(predictions, validation)
                : null;
        try (Canvas drawn = chart(predictions, learnt, evaluated).draw(CHART_WIDTH, CHART_HEIGHT)) {
            drawn.write(run.resolve("fit.png"));
            summary.chart("the rows and what the network says of them", drawn.png());
        }
    }

    private Chart chart(Predictions predictions, Rows learnt, Rows evaluated) {
        if (core.target() != TableTask.Target.NUMBERS) {
            return answers(evaluated == null ? learnt : evaluated);
        }
        if (predictions.network().input().size() == 1) {
            return fit(learnt, evaluated);
        }
        Chart chart = new Chart("Predicted and true", "true", "predicted")
                .points("training", Rows.array(learnt.targets), Rows.array(learnt.predicted));
        return evaluated == null
                ? chart
                : chart.points("validation", Rows.array(evaluated.targets), Rows.array(evaluated.predicted));
    }

    /** Rows of a table with their targets and prediction: of the first number where there are several. */
    private record Rows(List<Double> x, List<Double> targets, List<Double> predicted) {

        static Rows of(Predictions predictions, SampleSource.Indexed source) throws IOException, InterruptedException {
            Rows rows = new Rows(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            int inputs = predictions.network().input().size();
            predictions.each(source, MOST_ROWS, (batch, outputs) -> {
                int size = outputs.length / batch.size();
                for (int row = 0; row < batch.size(); row++) {
                    rows.x.add((double) batch.pixels().asFloatBuffer().get(row * inputs));
                    rows.targets.add((double) TableTask.targets(batch, row)[0]);
                    rows.predicted.add((double) outputs[row * size]);
                }
            });
            return rows;
        }

        static double[] array(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private static Chart fit(Rows learnt, Rows evaluated) {
        Chart chart =
                new Chart("The fit", "x", "y").points("training", Rows.array(learnt.x), Rows.array(learnt.targets));
        if (evaluated != null) {
            chart.points("validation", Rows.array(evaluated.x), Rows.array(evaluated.targets));
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
    private Chart answers(Rows rows) {
        Chart chart = new Chart("Probability of a yes", "probability", "rows").xRange(0, 1);
        for (int answer = 0; answer < 2; answer++) {
            double[] edges = new double[BARS + 1];
            double[] heights = new double[BARS];
            for (int i = 0; i <= BARS; i++) {
                edges[i] = (double) i / BARS;
            }
            for (int i = 0; i < rows.targets.size(); i++) {
                if (rows.targets.get(i) == answer) {
                    double output = rows.predicted.get(i);
                    double yes = core.target() == TableTask.Target.BINARY_LOGITS ? 1 / (1 + Math.exp(-output)) : output;
                    heights[(int) Math.max(0, Math.min(BARS - 1, yes * BARS))]++;
                }
            }
            chart.bars(answer == 1 ? "truly yes" : "truly no", edges, heights);
        }
        return chart;
    }
}
