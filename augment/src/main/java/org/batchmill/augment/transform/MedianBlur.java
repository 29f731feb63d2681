package org.batchmill.augment.transform;

import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Takes the median of a square around each pixel.
 *
 * @param radius of the square at most, in pixels: 1 to 3; each size is as likely
 */
public record MedianBlur(int radius) implements PixelTransform {

    public MedianBlur {
        Ranges.require(radius >= 1 && radius <= 3, "median-blur: 1 <= radius <= 3");
    }

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        int side = 2 * (1 + random.below(radius)) + 1;
        Mat before = bench.scratch(0, pixels.rows(), pixels.cols(), pixels.type());
        pixels.copyTo(before);
        opencv_imgproc.medianBlur(before, pixels, side);
    }
}
