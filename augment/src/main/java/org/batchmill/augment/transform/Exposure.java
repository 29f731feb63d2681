package org.batchmill.augment.transform;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Lets more or less light in: all channels are multiplied by 2 to the power of U(-stops, stops).
 *
 * @param stops at least 0
 */
public record Exposure(double stops) implements PixelTransform {

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        pixels.convertTo(pixels, -1, Math.pow(2, random.uniform(-stops, stops)), 0);
    }
}
