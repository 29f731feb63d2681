package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.report.RunReport;
import org.batchmill.records.Labels;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.task.ClassificationTask;

/** The class of an image, of one network. */
record Classification(ClassificationTask core) implements NetworkTask {

    static final String KIND = "classification";

    @Override
    public Loss loss() {
        return new SoftmaxCrossEntropy();
    }

    @Override
    public void draw(Predictions predictions, RunReport report, Path run) throws IOException, InterruptedException {
        ImagePredictions.add(predictions, report, this::draw);
    }

    private String draw(Canvas image, Batch batch, int row, float[] outputs) {
        int size = outputs.length / batch.size();
        return batch.labels(row) instanceof Labels.ClassLabel label
                ? likeliest(outputs, row * size, size) + ", truly " + label.className()
                : ImagePredictions.noTarget();
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
        return String.format(Locale.ROOT, "%s at %.0f %%", core.classes().get(best), 100 / sum);
    }
}
