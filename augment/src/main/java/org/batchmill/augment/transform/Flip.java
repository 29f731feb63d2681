package org.batchmill.augment.transform;

/** Exchanges left and right; a steering angle changes its sign. */
public record Flip() implements GeometricTransform {

    @Override
    public void place(Homography placement, RandomStream random) {
        placement.flip();
    }
}
