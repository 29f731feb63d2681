package org.batchmill.augment.transform;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Spreads the values about mid grey: {@code 128 + k (v - 128)} with k from U(min, max).
 *
 * @param min at least 0
 * @param max at least min
 */
public record Contrast(double min, double max) implements PixelTransform {

    private static final double MIDDLE = 128;

    public Contrast {
        Ranges.require(min >= 0 && min <= max, "contrast: 0 <= min <= max");
    }

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        double factor = random.uniform(min, max);
        pixels.convertTo(pixels, -1, factor, MIDDLE * (1 - factor));
    }
}
