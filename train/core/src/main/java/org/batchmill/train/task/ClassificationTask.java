package org.batchmill.train.task;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.UsageException;

/**
 * Predicts one class for an image; judged by the share of right ones. The network's outputs are logits, one a class.
 *
 * @param classes their names in the order of the outputs
 */
public record ClassificationTask(List<String> classes) implements Task {

    public ClassificationTask {
        classes = List.copyOf(classes);
    }

    @Override
    public TaskDescription description() {
        return new TaskDescription("classification", classes, Map.of());
    }

    /** One number a row is the index of the class; as many as there are classes are 1 for the class and 0 for the others. */
    @Override
    public void encode(Batch batch, int targetSize, float[] targets) throws DataException {
        if (targetSize != 1 && targetSize != classes.size()) {
            throw new UsageException(
                    classes.size() + " classes do not fit a loss that takes " + targetSize + " numbers a sample");
        }
        Map<String, Integer> indexes = indexes();
        for (int row = 0; row < batch.size(); row++) {
            int index = index(indexes, batch, row);
            if (targetSize == 1) {
                targets[row] = index;
            } else {
                Arrays.fill(targets, row * targetSize, (row + 1) * targetSize, 0);
                targets[row * targetSize + index] = 1;
            }
        }
    }

    private Map<String, Integer> indexes() {
        Map<String, Integer> indexes = new HashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            indexes.put(classes.get(i), i);
        }
        return indexes;
    }

    private static int index(Map<String, Integer> indexes, Batch batch, int row) throws DataException {
        if (!(batch.labels(row) instanceof Labels.ClassLabel label)) {
            throw new DataException(
                    DataException.Kind.BAD_ANNOTATION, batch.id(row).value(), "has no class");
        }
        Integer index = indexes.get(label.className());
        if (index == null) {
            throw new DataException(
                    DataException.Kind.BAD_ANNOTATION,
                    batch.id(row).value(),
                    "class \"" + label.className() + "\" is not among those that are trained");
        }
        return index;
    }

    @Override
    public String metric() {
        return "accuracy";
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public TaskMetrics metrics() {
        return new ClassificationScoring();
    }

    /** The logarithm of the mean probability, which is a logit again: the mean of logits would let one sure member outvote all. */
    @Override
    public float[] average(List<float[]> members, int rows) {
        int size = members.get(0).length / rows;
        double[] sums = new double[rows * size];
        for (float[] member : members) {
            for (int row = 0; row < rows; row++) {
                double normalizer = logSumExp(member, row * size, size);
                for (int i = row * size; i < (row + 1) * size; i++) {
                    sums[i] += Math.exp(member[i] - normalizer);
                }
            }
        }
        float[] logits = new float[sums.length];
        for (int i = 0; i < sums.length; i++) {
            // A probability that underflows to 0 in every member stays the least likely one, but finite.
            logits[i] = (float) Math.log(Math.max(sums[i] / members.size(), Double.MIN_NORMAL));
        }
        return logits;
    }

    private static double logSumExp(float[] values, int from, int count) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, values[i]);
        }
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += Math.exp(values[i] - largest);
        }
        return largest + Math.log(sum);
    }

    private final class ClassificationScoring implements TaskMetrics {
        private final Map<String, Integer> indexes = indexes();
        private long images;
        private long right;
        private double loss;

        @Override
        public void add(Batch batch, float[] outputs) throws DataException {
            int size = classes.size();
            for (int row = 0; row < batch.size(); row++) {
                int targets = index(indexes, batch, row);
                int from = row * size;
                int best = 0;
                for (int i = 1; i < size; i++) {
                    best = outputs[from + i] > outputs[from + best] ? i : best;
                }
                images++;
                right += best == targets ? 1 : 0;
                loss += logSumExp(outputs, from, size) - outputs[from + targets];
            }
        }

        @Override
        public Map<String, Double> scores() {
            Map<String, Double> scores = new LinkedHashMap<>();
            scores.put("images", (double) images);
            scores.put("accuracy", (double) right / images);
            scores.put("loss", loss / images);
            return scores;
        }
    }
}
