package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.CMP_GE;
import static org.bytedeco.opencv.global.opencv_core.CMP_LT;
import static org.bytedeco.opencv.global.opencv_core.CV_16UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.compare;
import static org.bytedeco.opencv.global.opencv_core.randu;
import static org.bytedeco.opencv.global.opencv_core.setRNGSeed;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Makes single pixels white or black, as many of either.
 *
 * @param fraction of the pixels at most, 0 to 1; each image draws its own, U(0, fraction)
 */
public record SaltAndPepper(double fraction) implements PixelTransform {

    private static final double LEVELS = 65536;

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        double each = random.uniform(0, fraction) / 2 * LEVELS;
        Mat draws = bench.scratch(0, pixels.rows(), pixels.cols(), CV_16UC1);
        // Seeds the calling thread's generator only.
        setRNGSeed((int) random.nextLong());
        randu(draws, bench.value(1, 0), bench.value(2, LEVELS));
        Mat mask = bench.scratch(3, pixels.rows(), pixels.cols(), CV_8UC1);
        compare(draws, bench.value(1, each), mask, CMP_LT);
        paint(pixels, mask, bench, 0);
        compare(draws, bench.value(1, LEVELS - each), mask, CMP_GE);
        paint(pixels, mask, bench, 255);
    }

    private static void paint(Mat pixels, Mat mask, Workbench bench, int value) {
        try (Mat colour = new Mat(bench.scalar(value, value, value, value))) {
            pixels.setTo(colour, mask);
        }
    }
}
