package org.batchmill.train.tune;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.batchmill.records.UsageException;

/**
 * A division of samples into k parts of nearly equal size, each of which is held out once while the others are trained on, or into one
 * part that is held out and the rest. A function of the seed. Immutable.
 */
public final class Folds {

    private final int[] order;
    private final int count;

    /** Where the held-out samples of each fold begin in the order, and behind the last fold where they end. */
    private final int[] bounds;

    /** @param count 2 or more, at most {@code samples} */
    public Folds(int samples, int count, long seed) {
        this(samples, equalParts(samples, count), seed);
    }

    private Folds(int samples, int[] bounds, long seed) {
        this.count = bounds.length - 1;
        this.bounds = bounds;
        this.order = shuffled(samples, seed);
    }

    /**
     * A single fold.
     *
     * @param share of the samples that are held out, between 0 and 1; at least one sample is, and at least one is not
     */
    public static Folds holdOut(int samples, double share, long seed) {
        if (!(share > 0 && share < 1) || samples < 2) {
            throw new UsageException("a share of " + share + " of " + samples + " samples cannot be held out");
        }
        int held = (int) Math.min(samples - 1L, Math.max(1, Math.round(share * samples)));
        return new Folds(samples, new int[] {0, held}, seed);
    }

    private static int[] equalParts(int samples, int count) {
        if (count < 2 || count > samples) {
            throw new UsageException(samples + " samples cannot be divided into " + count + " folds");
        }
        int[] bounds = new int[count + 1];
        for (int fold = 0; fold <= count; fold++) {
            bounds[fold] = (int) ((long) samples * fold / count);
        }
        return bounds;
    }

    private static int[] shuffled(int samples, long seed) {
        int[] order = new int[samples];
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < samples; i++) {
            // Fisher and Yates, inside out.
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
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
        int from = bounds[fold];
        int to = bounds[fold + 1];
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
