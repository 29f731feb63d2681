package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.BORDER_ISOLATED;
import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT_101;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_imgproc.filter2D;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Smears along a straight line of random direction, as a camera that moves does.
 *
 * @param length of the line at most, in pixels, at least 3
 */
public record MotionBlur(int length) implements PixelTransform {

    public MotionBlur {
        Ranges.require(length >= 3, "motion-blur: length of at least 3");
    }

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        int side = 2 * (random.below((length - 1) / 2) + 1) + 1;
        double angle = random.uniform(0, Math.PI);
        double middle = (side - 1) / 2.0;
        double dx = middle * Math.cos(angle);
        double dy = middle * Math.sin(angle);
        Mat kernel = bench.scratch(0, side, side, CV_32FC1);
        kernel.put(bench.scalar(0, 0, 0, 0));
        try (FloatPointer weights = new FloatPointer(kernel.data())) {
            // Points along the line, each shared by the four weights around it.
            int points = 4 * side;
            for (int i = 0; i < points; i++) {
                double along = 2 * (i + 0.5) / points - 1;
                spread(weights, side, middle + along * dx, middle + along * dy, 1.0 / points);
            }
        }
        filter2D(pixels, pixels, -1, kernel, null, 0, BORDER_REFLECT_101 | BORDER_ISOLATED);
    }

    private static void spread(FloatPointer weights, int side, double x, double y, double weight) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        for (int corner = 0; corner < 4; corner++) {
            int column = left + (corner & 1);
            int row = top + (corner >> 1);
            double part = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
            if (part > 0 && column < side && row < side) {
                long at = (long) row * side + column;
                weights.put(at, (float) (weights.get(at) + weight * part));
            }
        }
    }
}
