package org.batchmill.train.loss;

import java.util.random.RandomGenerator;

/** Compares a loss's gradient with the central difference of its value. */
final class Gradients {

    private static final float STEP = 1e-2f;

    private Gradients() {}

    static float[] random(RandomGenerator random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** The largest absolute difference; the losses here are smooth at the scale of the step. */
    static double worstError(Loss loss, float[] outputs, float[] targets, int rows) {
        float[] gradient = new float[outputs.length];
        loss.evaluate(outputs, targets, rows, rows, gradient);
        float[] ignored = new float[outputs.length];
        double worst = 0;
        for (int i = 0; i < outputs.length; i++) {
            float[] moved = outputs.clone();
            moved[i] = outputs[i] + STEP;
            double above = loss.evaluate(moved, targets, rows, rows, ignored);
            float up = moved[i];
            moved[i] = outputs[i] - STEP;
            double below = loss.evaluate(moved, targets, rows, rows, ignored);
            worst = Math.max(worst, Math.abs((above - below) / (up - moved[i]) - gradient[i]));
        }
        return worst;
    }
}
