package org.batchmill.augment.transform;

/**
 * What lies outside an image.
 *
 * @param edge  its edge pixels, repeated, as darknet does it; the colour is not looked at then
 * @param red   0 to 255; the value of a grey image too
 * @param green 0 to 255
 * @param blue  0 to 255
 */
public record Border(boolean edge, int red, int green, int blue) {

    /** The edge pixels, repeated. */
    public static final Border EDGE = new Border(true, 0, 0, 0);

    /** The mid grey that letterboxed detectors are trained with. */
    public static final Border GREY = new Border(false, 127, 127, 127);
}
