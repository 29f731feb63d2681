package org.batchmill.augment.transform;

/**
 * Leans the content about the canvas' middle.
 *
 * @param across degrees at most that upright lines lean, both ways
 * @param down   degrees at most that level lines lean, both ways
 */
public record Shear(double across, double down) implements GeometricTransform {

    public Shear {
        Ranges.require(
                Math.abs(across) <= 45 && Math.abs(down) < 45, "shear: at most 45 degrees across, less than 45 down");
    }

    @Override
    public void place(Homography placement, RandomStream random) {
        double x = Math.tan(Math.toRadians(random.uniform(-across, across)));
        double y = Math.tan(Math.toRadians(random.uniform(-down, down)));
        placement.moveAboutMiddle(1, x, y, 1);
    }
}
