package org.batchmill.train.task;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;

/** The metrics of one evaluation of a classifier, with more than numbers by name. Used by one thread at a time. */
public final class ClassificationMetrics implements TaskMetrics {

    /** How many of the worst images are kept. */
    private static final int WORST = 20;

    /** With no more classes every answer is among the five likeliest. */
    private static final int TOP = 5;

    private final ClassificationTask task;
    private final Map<String, Integer> indexes;
    private final long[][] confusion;
    private final PriorityQueue<Rated> worst = new PriorityQueue<>(Comparator.comparingDouble(Rated::loss));
    private long images;
    private long right;
    private long nearlyRight;
    private double loss;

    private record Rated(double loss, ClassificationScores.Doubt doubt) {}

    ClassificationMetrics(ClassificationTask task) {
        this.task = task;
        this.indexes = task.indexes();
        this.confusion = new long[task.classes().size()][task.classes().size()];
    }

    @Override
    public void add(Batch batch, float[] outputs) throws DataException {
        int size = task.classes().size();
        for (int row = 0; row < batch.size(); row++) {
            int target = ClassificationTask.index(indexes, batch, row);
            int from = row * size;
            int best = 0;
            int before = 0;
            for (int i = 0; i < size; i++) {
                best = outputs[from + i] > outputs[from + best] ? i : best;
                boolean likelier = outputs[from + i] > outputs[from + target];
                before += likelier || (i < target && outputs[from + i] == outputs[from + target]) ? 1 : 0;
            }
            images++;
            right += best == target ? 1 : 0;
            nearlyRight += before < TOP ? 1 : 0;
            confusion[target][best]++;
            double rowLoss = LikelyClass.logSumExp(outputs, from, size) - outputs[from + target];
            loss += rowLoss;
            keep(rowLoss, batch.id(row).value(), target, best);
        }
    }

    private void keep(double rowLoss, String sample, int target, int best) {
        if (worst.size() == WORST) {
            if (!(rowLoss > worst.element().loss())) {
                return;
            }
            worst.remove();
        }
        List<String> classes = task.classes();
        worst.add(new Rated(
                rowLoss,
                new ClassificationScores.Doubt(sample, classes.get(target), classes.get(best), Math.exp(-rowLoss))));
    }

    /** {@code images, accuracy, loss}, and {@code top5} where there are more than five classes. */
    @Override
    public Map<String, Double> scores() {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("images", (double) images);
        scores.put("accuracy", (double) right / images);
        if (task.classes().size() > TOP) {
            scores.put("top5", (double) nearlyRight / images);
        }
        scores.put("loss", loss / images);
        return scores;
    }

    /** Everything: class by class, the confusions, the worst images. */
    public ClassificationScores detail() {
        List<ClassificationScores.OfClass> classes = new ArrayList<>();
        for (int i = 0; i < confusion.length; i++) {
            long there = 0;
            long predicted = 0;
            for (int j = 0; j < confusion.length; j++) {
                there += confusion[i][j];
                predicted += confusion[j][i];
            }
            double found = confusion[i][i];
            classes.add(new ClassificationScores.OfClass(
                    task.classes().get(i), there, predicted, found / predicted, found / there));
        }
        long[][] counts = new long[confusion.length][];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = confusion[i].clone();
        }
        return new ClassificationScores(
                images,
                (double) right / images,
                (double) nearlyRight / images,
                loss / images,
                classes,
                counts,
                worst.stream()
                        .sorted(Comparator.comparingDouble(Rated::loss).reversed())
                        .map(Rated::doubt)
                        .toList());
    }
}
