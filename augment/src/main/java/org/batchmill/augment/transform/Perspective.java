package org.batchmill.augment.transform;

/**
 * Moves each corner of the canvas inwards or outwards on its own, as if the camera looked from elsewhere. The homography from the
 * four corners is Heckbert's (Fundamentals of Texture Mapping, 1989, section 2.2.3).
 *
 * @param strength fraction of the sides that a corner moves at most, both ways; at most 0.2, which keeps the horizon outside
 */
public record Perspective(double strength) implements GeometricTransform {

    public Perspective {
        Ranges.require(strength >= 0 && strength <= 0.2, "perspective: 0 <= strength <= 0.2");
    }

    @Override
    public void place(Homography placement, RandomStream random) {
        double width = placement.width();
        double height = placement.height();
        double x0 = random.uniform(-strength, strength) * width;
        double y0 = random.uniform(-strength, strength) * height;
        double x1 = random.uniform(1 - strength, 1 + strength) * width;
        double y1 = random.uniform(-strength, strength) * height;
        double x2 = random.uniform(1 - strength, 1 + strength) * width;
        double y2 = random.uniform(1 - strength, 1 + strength) * height;
        double x3 = random.uniform(-strength, strength) * width;
        double y3 = random.uniform(1 - strength, 1 + strength) * height;

        double dx1 = x1 - x2;
        double dx2 = x3 - x2;
        double sx = x0 - x1 + x2 - x3;
        double dy1 = y1 - y2;
        double dy2 = y3 - y2;
        double sy = y0 - y1 + y2 - y3;
        double determinant = dx1 * dy2 - dx2 * dy1;
        double g = (sx * dy2 - dx2 * sy) / determinant;
        double h = (dx1 * sy - sx * dy1) / determinant;
        placement.move(
                (x1 - x0 + g * x1) / width,
                (x3 - x0 + h * x3) / height,
                x0,
                (y1 - y0 + g * y1) / width,
                (y3 - y0 + h * y3) / height,
                y0,
                g / width,
                h / height,
                1);
    }
}
