package org.batchmill.augment.transform;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Covers squares with mid grey (DeVries and Taylor 2017). Labels stay.
 *
 * @param count how many
 * @param side  of the squares at most, as a fraction of the shorter side
 */
public record Cutout(int count, double side) implements PixelTransform {

    private static final int MIDDLE = 127;

    public Cutout {
        Ranges.require(count >= 1 && side > 0 && side <= 1, "cutout: count of at least 1, 0 < side <= 1");
    }

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        int shorter = Math.min(pixels.rows(), pixels.cols());
        for (int i = 0; i < count; i++) {
            int covered = Math.max(1, (int) Math.rint(random.uniform(0, side) * shorter));
            int x = random.below(pixels.cols() - covered + 1);
            int y = random.below(pixels.rows() - covered + 1);
            try (Mat part = new Mat(pixels, bench.rect(x, y, covered, covered))) {
                part.put(bench.scalar(MIDDLE, MIDDLE, MIDDLE, MIDDLE));
            }
        }
    }
}
