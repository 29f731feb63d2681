package org.batchmill.train.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;

/**
 * Predicts numbers from a row of a table.
 *
 * @param target what the numbers are
 */
public record TableTask(Target target) implements Task {

    /** What is predicted. */
    public enum Target {
        /** Numbers; measured by the root of the mean squared error. */
        NUMBERS,
        /** 0 or 1, from outputs that are probabilities; measured by the share of right ones. */
        BINARY_PROBABILITIES,
        /** 0 or 1, from outputs that are logits; measured by the share of right ones. */
        BINARY_LOGITS
    }

    @Override
    public TaskDescription description() {
        return new TaskDescription("table", List.of(), Map.of("target", target.name()));
    }

    @Override
    public void encode(Batch batch, int targetSize, float[] targets) throws DataException {
        for (int row = 0; row < batch.size(); row++) {
            float[] values = targets(batch, row, targetSize);
            System.arraycopy(values, 0, targets, row * targetSize, targetSize);
        }
    }

    /**
     * The numbers to predict from a row of a batch.
     *
     * @throws DataException if it has none
     */
    public static float[] targets(Batch batch, int row) throws DataException {
        if (!(batch.labels(row) instanceof Labels.Targets targets)) {
            throw new DataException(
                    DataException.Kind.BAD_ANNOTATION, batch.id(row).value(), "has no numbers to predict");
        }
        return targets.values();
    }

    private float[] targets(Batch batch, int row, int size) throws DataException {
        float[] targets = targets(batch, row);
        if (targets.length != size) {
            throw new DataException(
                    DataException.Kind.BAD_ANNOTATION,
                    batch.id(row).value(),
                    "has " + targets.length + " numbers to predict, not " + size);
        }
        for (float value : targets) {
            if (target != Target.NUMBERS && value != 0 && value != 1) {
                throw new DataException(
                        DataException.Kind.BAD_ANNOTATION,
                        batch.id(row).value(),
                        value + " is no answer of yes or no, which is 1 or 0");
            }
        }
        return targets;
    }

    @Override
    public String metric() {
        return target == Target.NUMBERS ? "rmse" : "accuracy";
    }

    @Override
    public boolean higherIsBetter() {
        return target != Target.NUMBERS;
    }

    @Override
    public TaskMetrics metrics() {
        return new Metrics();
    }

    private final class Metrics implements TaskMetrics {
        private long rows;
        private long values;
        private long right;
        private double sumSquared;

        @Override
        public void add(Batch batch, float[] outputs) throws DataException {
            int size = outputs.length / batch.size();
            double threshold = target == Target.BINARY_LOGITS ? 0 : .5;
            for (int row = 0; row < batch.size(); row++) {
                float[] targets = targets(batch, row, size);
                rows++;
                for (int i = 0; i < size; i++) {
                    double output = outputs[row * size + i];
                    double prediction = target == Target.BINARY_LOGITS ? 1 / (1 + Math.exp(-output)) : output;
                    values++;
                    sumSquared += (prediction - targets[i]) * (prediction - targets[i]);
                    right += output > threshold == targets[i] > .5 ? 1 : 0;
                }
            }
        }

        @Override
        public Map<String, Double> scores() {
            Map<String, Double> scores = new LinkedHashMap<>();
            scores.put("rows", (double) rows);
            scores.put("rmse", Math.sqrt(sumSquared / values));
            if (target != Target.NUMBERS) {
                scores.put("accuracy", (double) right / values);
            }
            return scores;
        }
    }
}
