package org.batchmill.train.tune;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.batchmill.records.UsageException;

/**
 * A division of samples into k parts of nearly equal size; each part is held out once while the others are trained on. A function of
 * the seed. Immutable.
 */
public final class Folds {

    private final int[] order;
    private final int count;

    /** @param count 2 or more, at most {@code samples} */
    public Folds(int samples, int count, long seed) {
        if (count < 2 || count > samples) {
            throw new UsageException(samples + " samples cannot be divided into " + count + " folds");
        }
        this.count = count;
        this.order = new int[samples];
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < samples; i++) {
            // Fisher and Yates, inside out.
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
    }

    public int count() {
        return count;
    }

    /** The samples that are held out. */
    public int[] validation(int fold) {
        return part(fold, true);
    }

    /** The samples that are trained on. */
    public int[] training(int fold) {
        return part(fold, false);
    }

    private int[] part(int fold, boolean heldOut) {
        if (fold < 0 || fold >= count) {
            throw new IndexOutOfBoundsException("fold " + fold + " of " + count);
        }
        int from = (int) ((long) order.length * fold / count);
        int to = (int) ((long) order.length * (fold + 1) / count);
        int[] part = new int[heldOut ? to - from : order.length - to + from];
        int n = 0;
        for (int i = 0; i < order.length; i++) {
            if ((i >= from && i < to) == heldOut) {
                part[n++] = order[i];
            }
        }
        Arrays.sort(part);
        return part;
    }
}
