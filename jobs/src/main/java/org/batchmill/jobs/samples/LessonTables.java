package org.batchmill.jobs.samples;

import java.util.SplittableRandom;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;

/** Rows of numbers for the first lessons: the points of a line, and a table with a yes-no answer. */
final class LessonTables {

    /** The 17 points of the lesson, x and y in turns; the fit is y = .25163 x + .79880. */
    private static final float[] LINE = {
        3.3f, 1.7f, 4.4f, 2.76f, 5.5f, 2.09f, 6.71f, 3.19f, 6.93f, 1.694f, 4.168f, 1.573f, 9.779f, 3.366f, 6.182f,
        2.596f, 7.59f, 2.53f, 2.167f, 1.221f, 7.042f, 2.827f, 10.791f, 3.465f, 5.313f, 1.65f, 7.997f, 2.904f, 5.654f,
        2.42f, 9.27f, 2.94f, 3.1f, 1.3f
    };

    /** Eight more to evaluate by. */
    private static final float[] LINE_VALIDATION = {
        6.83f, 1.84f, 4.668f, 2.273f, 8.9f, 3.2f, 7.91f, 2.831f, 5.7f, 2.92f, 8.7f, 3.24f, 3.1f, 1.35f, 2.1f, 1.03f
    };

    /** Columns of the table. */
    private static final int FEATURES = 8;

    /** How much chance there is in an answer: the best that can be learnt is about 85 % right. */
    private static final double NOISE = .6;

    private LessonTables() {}

    static int linePoints(boolean validation) {
        return points(validation).length / 2;
    }

    static Sample linePoint(boolean validation, int index) {
        float[] points = points(validation);
        return row("line-" + (validation ? 2 : 1), index, new float[] {points[2 * index]}, points[2 * index + 1]);
    }

    private static float[] points(boolean validation) {
        return validation ? LINE_VALIDATION : LINE;
    }

    /** Eight normal numbers; the answer is whether a sum of some, a product and some noise is above 0. */
    static Sample tableRow(long seed, long index) {
        SplittableRandom random = DrawnSamples.random(seed, index);
        float[] x = new float[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
            x[i] = (float) random.nextGaussian();
        }
        double score = x[0] - .8 * x[1] + .6 * x[2] + x[3] * x[4] + NOISE * random.nextGaussian();
        return row("table-" + seed, index, x, score > 0 ? 1 : 0);
    }

    private static Sample row(String name, long index, float[] features, float target) {
        return new Sample(
                new SampleId(name + "/" + index), new Content.Features(features), new Labels.Targets(new float[] {target
                }));
    }
}
