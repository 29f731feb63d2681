package org.batchmill.train.loop;

import java.io.IOException;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.task.Task;
import org.batchmill.train.task.TaskMetrics;

/** Evaluates a network, or an ensemble, on the batches of a stream. Used by one thread at a time. */
public final class Evaluator {

    private final Predictions predictions;
    private final Task task;
    private final Loss loss;

    /** @param loss what is averaged as the evaluation's loss; null for none (NaN) */
    public Evaluator(Predictor predictor, Task task, Loss loss) {
        this.predictions = new Predictions(predictor);
        this.task = task;
        this.loss = loss;
    }

    /**
     * The result over a stream.
     *
     * @param loss   the mean over the samples; NaN without a loss
     * @param scores the task's numbers by name
     */
    public record Outcome(long samples, double loss, Map<String, Double> scores) {}

    /**
     * Reads the stream to its end; the caller closes it.
     *
     * @throws DataException if it holds nothing
     */
    public Outcome evaluate(BatchStream batches) throws IOException, InterruptedException {
        return evaluate(batches, task.metrics());
    }

    /** {@link #evaluate(BatchStream)} with the caller's own metrics, which afterwards tells more than numbers by name. */
    public Outcome evaluate(BatchStream batches, TaskMetrics metrics) throws IOException, InterruptedException {
        double sum = 0;
        long samples = 0;
        while (true) {
            try (Batch batch = batches.next()) {
                if (batch == null) {
                    break;
                }
                float[] outputs = predictions.of(batch);
                metrics.add(batch, outputs);
                sum += lossOf(batch, outputs);
                samples += batch.size();
            }
        }
        if (samples == 0) {
            throw new DataException(
                    DataException.Kind.MISSING, "evaluation", "its data holds no samples that can be read");
        }
        return new Outcome(samples, loss == null ? Double.NaN : sum / samples, metrics.scores());
    }

    /** The mean loss over one batch, which stays the caller's. */
    public double loss(Batch batch) throws IOException {
        return lossOf(batch, predictions.of(batch)) / batch.size();
    }

    private double lossOf(Batch batch, float[] outputs) throws IOException {
        if (loss == null) {
            return 0;
        }
        int targetSize = loss.targetSize(outputs.length / batch.size());
        float[] targets = new float[batch.size() * targetSize];
        task.encode(batch, targetSize, targets);
        return loss.evaluate(outputs, targets, batch.size(), 1, new float[outputs.length]);
    }
}
