package org.batchmill.train.task;

import java.util.Arrays;

/**
 * True and predicted angles of an evaluation's frames in their order: of many frames every second, fourth and so on, so that those that
 * are kept lie equally far apart. In the unit of the labels. Not thread-safe.
 */
public final class AnglesOverFrames {

    private static final int MOST = 2048;

    private float[] truth = new float[64];
    private float[] predicted = new float[64];
    private int kept;
    private long frames;
    private long every = 1;

    AnglesOverFrames() {}

    void add(float itsTruth, float itsPrediction) {
        if (frames++ % every != 0) {
            return;
        }
        if (kept == MOST) {
            thin();
            if ((frames - 1) % every != 0) {
                return;
            }
        }
        if (kept == truth.length) {
            truth = Arrays.copyOf(truth, 2 * kept);
            predicted = Arrays.copyOf(predicted, 2 * kept);
        }
        truth[kept] = itsTruth;
        predicted[kept++] = itsPrediction;
    }

    private void thin() {
        every *= 2;
        kept /= 2;
        for (int i = 0; i < kept; i++) {
            truth[i] = truth[2 * i];
            predicted[i] = predicted[2 * i];
        }
    }

    /** How far the kept frames lie apart: 1 if every frame is kept. */
    public long every() {
        return every;
    }

    /** The kept frames' true angles. */
    public float[] truth() {
        return Arrays.copyOf(truth, kept);
    }

    /** The kept frames' predictions. */
    public float[] predicted() {
        return Arrays.copyOf(predicted, kept);
    }
}
