package org.batchmill.jobs.dashboard;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Values by step in bounded memory. Steps fall into buckets of equal width, a power of two that is doubled whenever there would be more
 * than {@link #MOST_BUCKETS}; of each bucket the smallest, the largest and the last value are kept with their steps, and the mean. What is
 * kept follows from the values alone and not from how many came at a time. A value that is not finite is counted and left out. Not
 * thread-safe.
 */
final class ThinnedSeries {

    /** A chart is hardly ever wider in pixels. */
    static final int MOST_BUCKETS = 1024;

    private long first = Long.MIN_VALUE;
    /** The width of a bucket is two to this power. */
    private int shift;

    private int buckets;
    private Bucket[] kept = new Bucket[16];
    private long notFinite;
    private long count;

    /** What is kept of the values whose steps lie side by side. */
    static final class Bucket {
        private long minStep;
        private long maxStep;
        private long lastStep;
        private double min;
        private double max;
        private double last;
        private double sum;
        private long count;

        private Bucket(long step, double value) {
            minStep = step;
            maxStep = step;
            lastStep = step;
            min = value;
            max = value;
            last = value;
            sum = value;
            count = 1;
        }

        private Bucket(Bucket other) {
            minStep = other.minStep;
            maxStep = other.maxStep;
            lastStep = other.lastStep;
            min = other.min;
            max = other.max;
            last = other.last;
            sum = other.sum;
            count = other.count;
        }

        private void add(long step, double value) {
            if (value < min) {
                min = value;
                minStep = step;
            }
            if (value > max) {
                max = value;
                maxStep = step;
            }
            last = value;
            lastStep = step;
            sum += value;
            count++;
        }

        private void add(Bucket later) {
            if (later.min < min) {
                min = later.min;
                minStep = later.minStep;
            }
            if (later.max > max) {
                max = later.max;
                maxStep = later.maxStep;
            }
            last = later.last;
            lastStep = later.lastStep;
            sum += later.sum;
            count += later.count;
        }

        long lastStep() {
            return lastStep;
        }

        double last() {
            return last;
        }

        double mean() {
            return sum / count;
        }

        long count() {
            return count;
        }

        /** Calls back with each value that is kept, by step, none twice. */
        private void each(PointTaker taker) {
            long early = Math.min(minStep, maxStep);
            long late = Math.max(minStep, maxStep);
            taker.take(early, early == minStep ? min : max);
            if (late != early) {
                taker.take(late, late == minStep ? min : max);
            }
            if (lastStep != late && lastStep != early) {
                taker.take(lastStep, last);
            }
        }
    }

    /** Takes the points of a series. */
    @FunctionalInterface
    interface PointTaker {
        void take(long step, double value);
    }

    /** Takes a value. A step before the first of all, or further behind it than a number holds, is passed over: files are written forwards. */
    void add(long step, double value) {
        if (!Double.isFinite(value)) {
            notFinite++;
            return;
        }
        if (buckets == 0) {
            first = step;
        }
        if (step < first || step - first < 0) {
            return;
        }
        while ((step - first) >> shift >= MOST_BUCKETS) {
            halve();
        }
        int index = (int) ((step - first) >> shift);
        if (index >= kept.length) {
            kept = Arrays.copyOf(kept, Math.min(MOST_BUCKETS, Math.max(index + 1, 2 * kept.length)));
        }
        buckets = Math.max(buckets, index + 1);
        if (kept[index] == null) {
            kept[index] = new Bucket(step, value);
        } else {
            kept[index].add(step, value);
        }
        count++;
    }

    private void halve() {
        for (int i = 0; 2 * i < kept.length; i++) {
            Bucket left = kept[2 * i];
            Bucket right = 2 * i + 1 < kept.length ? kept[2 * i + 1] : null;
            if (left != null && right != null) {
                left.add(right);
            }
            kept[i] = left == null ? right : left;
        }
        Arrays.fill(kept, (kept.length + 1) / 2, kept.length, null);
        buckets = (buckets + 1) / 2;
        shift++;
    }

    /** A copy with at most so many buckets; the smaller the coarser. */
    ThinnedSeries atMost(int most) {
        ThinnedSeries copy = new ThinnedSeries();
        copy.first = first;
        copy.shift = shift;
        copy.buckets = buckets;
        copy.notFinite = notFinite;
        copy.count = count;
        copy.kept = new Bucket[kept.length];
        for (int i = 0; i < buckets; i++) {
            copy.kept[i] = kept[i] == null ? null : new Bucket(kept[i]);
        }
        while (copy.buckets > Math.max(1, most)) {
            copy.halve();
        }
        return copy;
    }

    /** Forgets what reaches to this step and behind it: it is done again. */
    void cut(long step) {
        for (int i = 0; i < buckets; i++) {
            if (kept[i] != null && kept[i].lastStep >= step) {
                kept[i] = null;
            }
        }
    }

    /** Whether every value that was taken is a point of its own. */
    boolean isWhole() {
        return shift == 0;
    }

    /** How many finite values were taken. */
    long count() {
        return count;
    }

    long notFinite() {
        return notFinite;
    }

    /** Calls back with each value that is kept, by step. */
    void eachPoint(PointTaker taker) {
        for (int i = 0; i < buckets; i++) {
            if (kept[i] != null) {
                kept[i].each(taker);
            }
        }
    }

    /** Calls back with each bucket, by step. */
    void eachBucket(Consumer<Bucket> taker) {
        for (int i = 0; i < buckets; i++) {
            if (kept[i] != null) {
                taker.accept(kept[i]);
            }
        }
    }

    /** The bucket of the latest step; null where there is none. */
    Bucket latest() {
        for (int i = buckets - 1; i >= 0; i--) {
            if (kept[i] != null) {
                return kept[i];
            }
        }
        return null;
    }
}
