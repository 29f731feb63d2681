package org.batchmill.augment.transform;

/**
 * Darknet's crop: each side of the image moves in or out by up to {@code jitter} of the dimension, rounded to whole pixels, on
 * its own; what lies outside repeats the edge; the crop is stretched to the network's size. A steering angle follows the middle.
 *
 * @param jitter fraction of the sides, below 0.5; 0.2 in all YOLO v1 configurations
 */
public record DarknetJitter(double jitter) implements GeometricTransform {

    public DarknetJitter {
        Ranges.require(jitter >= 0 && jitter < 0.5, "darknet-jitter: 0 <= jitter < 0.5");
    }

    @Override
    public void place(Homography placement, RandomStream random) {
        double width = placement.width();
        double height = placement.height();
        double left = Math.rint(random.uniform(-jitter, jitter) * width);
        double right = Math.rint(random.uniform(-jitter, jitter) * width);
        double top = Math.rint(random.uniform(-jitter, jitter) * height);
        double bottom = Math.rint(random.uniform(-jitter, jitter) * height);
        placement.randomWindow(left, top, Math.max(1, width - left - right), Math.max(1, height - top - bottom));
    }
}
