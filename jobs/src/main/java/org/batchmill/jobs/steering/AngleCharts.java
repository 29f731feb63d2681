package org.batchmill.jobs.steering;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Chart;

/** Images of angles: how they are distributed, and how they go on over the frames, alone or beside what a network predicts. Stateless. */
public final class AngleCharts {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 320;
    private static final int BINS = 41;

    private AngleCharts() {}

    /** Draws the histogram of angles; the counts are logarithmic, because most roads are straight. */
    public static void histogram(DriveAngles angles, Path png) throws IOException {
        long[] counts = angles.histogram(BINS);
        double[] edges = new double[BINS + 1];
        for (int i = 0; i <= BINS; i++) {
            edges[i] = angles.range() * (2.0 * i / BINS - 1);
        }
        double[] heights = Arrays.stream(counts)
                .mapToDouble(count -> Math.log10(1.0 + count))
                .toArray();
        draw(
                new Chart("Angles of " + angles.known().length + " frames", "angle", "log10(1 + frames)")
                        .bars("frames", edges, heights),
                png);
    }

    /** Draws the angles over the frames, in the order of the data. */
    public static void curve(DriveAngles angles, Path png) throws IOException {
        double[] values = angles.known();
        draw(new Chart("Angle over frames", "frame", "angle").line("angle", numbers(values.length), values), png);
    }

    /** Draws what was predicted over the targets. */
    public static void predictions(double[] targets, double[] predicted, Path png) throws IOException {
        draw(
                new Chart("Truth and prediction", "frame", "angle")
                        .line("truth", numbers(targets.length), targets)
                        .line("prediction", numbers(predicted.length), predicted),
                png);
    }

    private static double[] numbers(int count) {
        double[] numbers = new double[count];
        Arrays.setAll(numbers, i -> i);
        return numbers;
    }

    private static void draw(Chart chart, Path png) throws IOException {
        try (Canvas canvas = chart.draw(WIDTH, HEIGHT)) {
            canvas.write(png);
        }
    }
}
