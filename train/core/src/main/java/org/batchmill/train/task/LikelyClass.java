package org.batchmill.train.task;

import java.util.ArrayList;
import java.util.List;

/**
 * A class that an image may be of.
 *
 * @param name        of the class
 * @param probability that the network gives it, 0 to 1
 */
public record LikelyClass(String name, double probability) {

    /**
     * The likeliest classes of one row of logits, by falling probability; of equal ones the first in the order of the outputs.
     *
     * @param classes the names in the order of the outputs
     * @param logits  of all rows
     * @param from    where the row begins
     * @param most    classes
     */
    static List<LikelyClass> of(List<String> classes, float[] logits, int from, int most) {
        double normalizer = logSumExp(logits, from, classes.size());
        List<LikelyClass> likeliest = new ArrayList<>();
        boolean[] taken = new boolean[classes.size()];
        while (likeliest.size() < Math.min(most, taken.length)) {
            int best = -1;
            for (int i = 0; i < taken.length; i++) {
                if (!taken[i] && (best < 0 || logits[from + i] > logits[from + best])) {
                    best = i;
                }
            }
            taken[best] = true;
            likeliest.add(new LikelyClass(classes.get(best), Math.exp(logits[from + best] - normalizer)));
        }
        return likeliest;
    }

    /** The logarithm of the sum of exponentials, without overflow. */
    static double logSumExp(float[] values, int from, int count) {
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
}
