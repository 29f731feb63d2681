package org.batchmill.augment.transform;

/**
 * Moves the content by up to a part of the canvas, both ways.
 *
 * @param across fraction of the width
 * @param down   fraction of the height
 */
public record Translate(double across, double down) implements GeometricTransform {

    @Override
    public void place(Homography placement, RandomStream random) {
        double x = random.uniform(-across, across) * placement.width();
        double y = random.uniform(-down, down) * placement.height();
        placement.move(1, 0, x, 0, 1, y, 0, 0, 1);
    }
}
