package org.batchmill.augment.transform;

/**
 * Enlarges or shrinks the content about the canvas' middle, the same across and down, evenly on a logarithmic scale.
 *
 * @param min the smallest factor, above 0
 * @param max the largest
 */
public record Scale(double min, double max) implements GeometricTransform {

    public Scale {
        Ranges.require(min > 0 && min <= max, "scale: 0 < min <= max");
    }

    @Override
    public void place(Homography placement, RandomStream random) {
        double factor = Math.exp(random.uniform(Math.log(min), Math.log(max)));
        placement.moveAboutMiddle(factor, 0, 0, factor);
    }
}
