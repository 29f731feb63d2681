package org.batchmill.train.detection;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * How precision and recall change as the score's threshold falls, for one class. Points are added by falling score. Read-only once an
 * evaluation has handed it out.
 */
public final class PrecisionRecall {

    private final int objects;
    private int size;
    private int found;
    private float[] scores = new float[16];
    private double[] precisions = new double[16];
    private double[] recalls = new double[16];

    /** @param objects that there are to find */
    PrecisionRecall(int objects) {
        this.objects = objects;
    }

    void add(float score, boolean right) {
        if (size == scores.length) {
            scores = Arrays.copyOf(scores, 2 * size);
            precisions = Arrays.copyOf(precisions, 2 * size);
            recalls = Arrays.copyOf(recalls, 2 * size);
        }
        found += right ? 1 : 0;
        scores[size] = score;
        recalls[size] = objects == 0 ? Double.NaN : (double) found / objects;
        precisions[size] = found / (size + 1.0);
        size++;
    }

    /** Objects that there are to find: difficult ones are not among them. */
    public int objects() {
        return objects;
    }

    /** How many detections count. */
    public int size() {
        return size;
    }

    /** The score of a detection, falling with {@code i}. */
    public float score(int i) {
        return scores[i];
    }

    /** Right ones among the first {@code i + 1} detections, as a share of those detections. */
    public double precision(int i) {
        return precisions[i];
    }

    /** Right ones among the first {@code i + 1} detections, as a share of the objects. */
    public double recall(int i) {
        return recalls[i];
    }

    /** The share of the objects that are found at all; NaN if there are none. */
    public double finalRecall() {
        return objects == 0 ? Double.NaN : (double) found / objects;
    }

    /** Average precision since VOC 2010: the area under the curve made monotone; NaN if there are no objects. */
    public double areaUnderCurve() {
        if (objects == 0) {
            return Double.NaN;
        }
        double[] envelope = envelope();
        double area = 0;
        for (int i = 0; i < size; i++) {
            area += envelope[i] * (recalls[i] - (i == 0 ? 0 : recalls[i - 1]));
        }
        return area;
    }

    /** Average precision until VOC 2007: the mean of the best precision at recalls of at least 0, .1, ... 1; NaN if there are no objects. */
    public double elevenPoints() {
        return interpolated(10, point -> point / 10.0);
    }

    /** COCO's average precision: as {@link #elevenPoints}, at 101 recalls. */
    public double hundredAndOnePoints() {
        // point * .01, not point / 100: COCO's program compares with these very numbers.
        return interpolated(100, point -> point * .01);
    }

    private double interpolated(int lastPoint, IntToDoubleFunction recallAt) {
        if (objects == 0) {
            return Double.NaN;
        }
        double[] envelope = envelope();
        double sum = 0;
        int at = 0;
        for (int point = 0; point <= lastPoint; point++) {
            while (at < size && recalls[at] < recallAt.applyAsDouble(point)) {
                at++;
            }
            sum += at < size ? envelope[at] : 0;
        }
        return sum / (lastPoint + 1);
    }

    /** The best precision at this recall or above. */
    private double[] envelope() {
        double[] envelope = Arrays.copyOf(precisions, size);
        for (int i = size - 2; i >= 0; i--) {
            envelope[i] = Math.max(envelope[i], envelope[i + 1]);
        }
        return envelope;
    }
}
