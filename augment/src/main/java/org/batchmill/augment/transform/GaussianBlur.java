package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.BORDER_ISOLATED;
import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT_101;

import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Blurs with a Gaussian of a standard deviation of U(min, max) pixels of the batch's image.
 *
 * @param min above 0
 * @param max at least min
 */
public record GaussianBlur(double min, double max) implements PixelTransform {

    public GaussianBlur {
        Ranges.require(min > 0 && min <= max, "gaussian-blur: 0 < min <= max");
    }

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        double sigma = random.uniform(min, max);
        int side = 2 * (int) Math.ceil(3 * sigma) + 1;
        opencv_imgproc.GaussianBlur(
                pixels,
                pixels,
                bench.size(side, side),
                sigma,
                sigma,
                BORDER_REFLECT_101 | BORDER_ISOLATED,
                opencv_core.ALGO_HINT_ACCURATE);
    }
}
