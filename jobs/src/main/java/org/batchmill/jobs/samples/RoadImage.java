package org.batchmill.jobs.samples;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.util.SplittableRandom;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Draws the view from a car on a road of two lanes: sky, meadow, asphalt, edge lines and a dashed middle line, in perspective on flat
 * ground. The road bends with a constant curvature, and the car stands beside the middle of its way by an offset. A pure function of
 * its parameters.
 */
final class RoadImage {

    static final int WIDTH = 320;
    static final int HEIGHT = 160;

    /** The row of the horizon. */
    private static final int HORIZON = 60;

    /** Ground distance of a row is this over the rows below the horizon: the lowest is about 3 m away. */
    private static final double METRES_TIMES_ROWS = 300;

    /** Pixels that a metre takes at one row below the horizon. */
    private static final double PIXELS_A_METRE = 0.9;

    private static final double HALF_ROAD = 3.5;
    private static final double EDGE_LINE = .15;
    private static final double DASH_METRES = 3;

    private RoadImage() {}

    /**
     * Draws.
     *
     * @param curvature of the road to the right, in 1/m
     * @param offset    of the car to the right of the middle, in metres
     * @param way       metres driven so far: the dashes move towards the car
     * @param seed      of the noise of meadow and asphalt
     * @return BGR; the caller closes it
     */
    static Mat draw(double curvature, double offset, double way, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] pixels = new byte[WIDTH * HEIGHT * 3];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int colour = y <= HORIZON ? sky(y) : ground(x, y - HORIZON, curvature, offset, way, random);
                int at = (y * WIDTH + x) * 3;
                pixels[at] = (byte) colour;
                pixels[at + 1] = (byte) (colour >> 8);
                pixels[at + 2] = (byte) (colour >> 16);
            }
        }
        Mat image = new Mat(HEIGHT, WIDTH, CV_8UC3);
        image.data().put(pixels);
        return image;
    }

    private static int sky(int y) {
        return rgb(120 + y, 160 + y, 235);
    }

    private static int ground(int x, int below, double curvature, double offset, double way, SplittableRandom random) {
        double distance = METRES_TIMES_ROWS / below;
        double metres = (x - WIDTH / 2.0) / (PIXELS_A_METRE * below);
        double fromMiddle = metres + offset - curvature * distance * distance / 2;
        int noise = random.nextInt(25);
        double aside = Math.abs(fromMiddle);
        boolean dash = aside < EDGE_LINE / 2 && (long) Math.floor((way + distance) / DASH_METRES) % 2 == 0;
        if (dash || Math.abs(aside - HALF_ROAD + 3 * EDGE_LINE) < EDGE_LINE / 2) {
            return rgb(225 + noise, 225 + noise, 215 + noise);
        }
        return aside < HALF_ROAD ? rgb(85 + noise, 85 + noise, 90 + noise) : rgb(60 + noise, 120 + noise, 50);
    }

    private static int rgb(int red, int green, int blue) {
        return Math.min(255, red) << 16 | Math.min(255, green) << 8 | Math.min(255, blue);
    }
}
