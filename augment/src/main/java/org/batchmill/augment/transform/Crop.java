package org.batchmill.augment.transform;

/**
 * Cuts out a fixed window. It stands for another camera, so a steering angle stays as it is.
 *
 * @param left   fraction of the canvas' width
 * @param top    fraction of its height
 * @param right  fraction of its width, greater than left
 * @param bottom fraction of its height, greater than top
 */
public record Crop(double left, double top, double right, double bottom) implements GeometricTransform {

    public Crop {
        Ranges.require(left < right && top < bottom, "crop: left < right and top < bottom");
    }

    @Override
    public void place(Homography placement, RandomStream random) {
        double width = placement.width();
        double height = placement.height();
        placement.window(left * width, top * height, (right - left) * width, (bottom - top) * height);
    }

    /** How much of the canvas' sides it leaves, of the side that loses more. */
    double span() {
        return Math.min(right - left, bottom - top);
    }
}
