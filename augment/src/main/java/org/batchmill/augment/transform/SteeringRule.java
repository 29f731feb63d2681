package org.batchmill.augment.transform;

/**
 * How a steering angle follows its image. A flip negates it. Geometry that moves the view sideways adds {@code gain} times the
 * way of the look-ahead point (half the width across, a quarter of the height down) to the right, in image widths: a view that
 * lies further to the right is seen by a car that stands too far to the left, which must steer to the right.
 *
 * @param gain  angle for one image width, in the unit of the labels; the default, 1.28, is the usual 0.004 a pixel of an image
 *              320 pixels wide, for angles from -1 to 1
 * @param limit corrected angles are held within -limit to limit; infinite for none
 */
public record SteeringRule(double gain, double limit) {

    /** For angles from -1 to 1. */
    public static final SteeringRule DEFAULT = new SteeringRule(1.28, 1);

    /** The angle of a placed image. */
    public float angle(float angle, Homography placement) {
        double signed = placement.steeringSign() * angle;
        if (placement.steeringShift() == 0) {
            return (float) signed;
        }
        return (float) Math.max(-limit, Math.min(limit, signed + gain * placement.steeringShift()));
    }
}
