package org.batchmill.train.task;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.UsageException;

/**
 * Predicts one class for an image; measured by the share of right ones. The network's outputs are logits, one a class.
 *
 * @param classes   their names in the order of the outputs
 * @param smoothing the share of each target that is given to all classes alike, 0 to 1 (Szegedy et al. 2015, label smoothing); checkpoints
 *                  do not keep it, since it says nothing of predictions
 */
public record ClassificationTask(List<String> classes, float smoothing) implements Task {

    public ClassificationTask {
        classes = List.copyOf(classes);
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("a label smoothing of " + smoothing);
        }
    }

    /** Without smoothing. */
    public ClassificationTask(List<String> classes) {
        this(classes, 0);
    }

    @Override
    public TaskDescription description() {
        return new TaskDescription("classification", classes, Map.of());
    }

    /**
     * One number a row is the index of the class; as many as there are classes are 1 for the class and 0 for the others, smoothed: of each a
     * part goes to all classes alike. An image that is mixed of two has its classes by their shares, in one number that of the heavier.
     */
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
                continue;
            }
            int from = row * targetSize;
            Arrays.fill(targets, from, from + targetSize, smoothing / targetSize);
            if (batch.labels(row) instanceof Labels.MixedClasses mixed) {
                targets[from + index] += (1 - smoothing) * mixed.share();
                targets[from + index(indexes, batch, row, mixed.other())] += (1 - smoothing) * (1 - mixed.share());
            } else {
                targets[from + index] += 1 - smoothing;
            }
        }
    }

    Map<String, Integer> indexes() {
        Map<String, Integer> indexes = new HashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            indexes.put(classes.get(i), i);
        }
        return indexes;
    }

    static int index(Map<String, Integer> indexes, Batch batch, int row) throws DataException {
        String name = batch.labels(row).accept(new ClassOf());
        if (name == null) {
            throw new DataException(
                    DataException.Kind.BAD_ANNOTATION, batch.id(row).value(), "has no class");
        }
        return index(indexes, batch, row, name);
    }

    /** The class of labels, of a mix the heavier image's; null of those that have none. */
    private record ClassOf() implements Labels.Visitor<String, RuntimeException> {
        @Override
        public String unlabelled(Labels.Unlabelled labels) {
            return null;
        }

        @Override
        public String boxes(Labels.Boxes labels) {
            return null;
        }

        @Override
        public String classLabel(Labels.ClassLabel label) {
            return label.className();
        }

        @Override
        public String mixedClasses(Labels.MixedClasses labels) {
            return labels.className();
        }

        @Override
        public String steering(Labels.Steering label) {
            return null;
        }

        @Override
        public String targets(Labels.Targets labels) {
            return null;
        }

        @Override
        public String own(Labels.Own labels) {
            return null;
        }
    }

    private static int index(Map<String, Integer> indexes, Batch batch, int row, String name) throws DataException {
        Integer index = indexes.get(name);
        if (index == null) {
            throw new DataException(
                    DataException.Kind.BAD_ANNOTATION,
                    batch.id(row).value(),
                    "class \"" + name + "\" is not among those that are trained");
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
    public ClassificationMetrics metrics() {
        return new ClassificationMetrics(this);
    }

    /**
     * The likeliest classes of a row, by falling probability; of equal ones the first in the order of the outputs.
     *
     * @param outputs [rows][classes], logits
     * @param most    classes
     */
    public List<LikelyClass> likeliest(float[] outputs, int row, int most) {
        return LikelyClass.of(classes, outputs, row * classes.size(), most);
    }

    /** The logarithm of the mean probability, which is a logit again: the mean of logits would let one sure member outvote all. */
    @Override
    public float[] average(List<float[]> members, int rows) {
        int size = members.get(0).length / rows;
        double[] sums = new double[rows * size];
        for (float[] member : members) {
            for (int row = 0; row < rows; row++) {
                double normalizer = LikelyClass.logSumExp(member, row * size, size);
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
}
