package org.batchmill.jobs.samples;

import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_COMPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_DUPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_SIMPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_TRIPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;
import static org.bytedeco.opencv.global.opencv_imgproc.getTextSize;
import static org.bytedeco.opencv.global.opencv_imgproc.putText;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import java.util.SplittableRandom;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Draws a digit as MNIST shows them, white on black, 28 x 28: one of four Hershey fonts with a stroke of random width, rotated,
 * slanted, scaled and moved a little.
 */
final class DigitImage {

    /** Side of an image in pixels. */
    static final int SIDE = 28;

    /** Drawn so many times larger, then averaged down. */
    private static final int OVERSAMPLING = 4;

    private static final int[] FONTS = {
        FONT_HERSHEY_SIMPLEX, FONT_HERSHEY_DUPLEX, FONT_HERSHEY_COMPLEX, FONT_HERSHEY_TRIPLEX
    };

    private DigitImage() {}

    /** Draws {@code digit} (0 to 9); returns {@link #SIDE} squared unsigned bytes, row by row. */
    static byte[] draw(int digit, SplittableRandom random) {
        int large = SIDE * OVERSAMPLING;
        int font = FONTS[random.nextInt(FONTS.length)];
        int thickness = 5 + random.nextInt(8);
        double fontScale = 2.6;
        String text = Integer.toString(digit);
        int[] baseline = new int[1];
        try (Mat plain = new Mat(large, large, CV_8UC1, new Scalar(0));
                Mat warped = new Mat();
                Mat small = new Mat();
                Size textSize = getTextSize(text, font, fontScale, thickness, baseline);
                Point origin = new Point((large - textSize.width()) / 2, (large + textSize.height()) / 2);
                Scalar white = new Scalar(255);
                Mat matrix = placement(large, random);
                Size side = new Size(SIDE, SIDE)) {
            putText(plain, text, origin, font, fontScale, white, thickness, LINE_AA, false);
            warpAffine(plain, warped, matrix, plain.size());
            resize(warped, small, side, 0, 0, INTER_AREA);
            byte[] pixels = new byte[SIDE * SIDE];
            small.data().get(pixels);
            return pixels;
        }
    }

    /** Rotation up to 15 degrees, slant, scale .8 to 1.15, shift up to 2 pixels of the small image. */
    private static Mat placement(int large, SplittableRandom random) {
        double angle = Math.toRadians(30 * (random.nextDouble() - 0.5));
        double slant = 0.5 * (random.nextDouble() - 0.5);
        double scaleX = 0.8 + 0.35 * random.nextDouble();
        double scaleY = 0.8 + 0.35 * random.nextDouble();
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double a = scaleX * cos;
        double b = scaleY * (slant * cos - sin);
        double c = scaleX * sin;
        double d = scaleY * (slant * sin + cos);
        double centre = large / 2.0;
        double dx = 2 * OVERSAMPLING * 2 * (random.nextDouble() - 0.5);
        double dy = 2 * OVERSAMPLING * 2 * (random.nextDouble() - 0.5);
        Mat matrix = new Mat(2, 3, CV_64F);
        new DoublePointer(matrix.data())
                .put(a, b, centre - a * centre - b * centre + dx, c, d, centre - c * centre - d * centre + dy);
        return matrix;
    }
}
