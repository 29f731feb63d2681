package org.batchmill.augment.transform;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Adds the same to all channels: {@code v + 255 U(-amount, amount)}.
 *
 * @param amount 0 to 1
 */
public record Brightness(double amount) implements PixelTransform {

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        pixels.convertTo(pixels, -1, 1, 255 * random.uniform(-amount, amount));
    }
}
