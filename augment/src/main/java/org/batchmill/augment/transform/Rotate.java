package org.batchmill.augment.transform;

/**
 * Turns the content about the canvas' middle.
 *
 * @param degrees at most, both ways; positive is clockwise as one sees it
 */
public record Rotate(double degrees) implements GeometricTransform {

    @Override
    public void place(Homography placement, RandomStream random) {
        double angle = Math.toRadians(random.uniform(-degrees, degrees));
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        placement.moveAboutMiddle(cos, -sin, sin, cos);
    }
}
