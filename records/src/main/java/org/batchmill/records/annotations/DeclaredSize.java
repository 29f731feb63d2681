package org.batchmill.records.annotations;

import org.batchmill.records.BoxRules.PixelBox;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.image.ImageHeader;

/** Whether annotations in pixels belong to the image that is there. */
final class DeclaredSize {

    private DeclaredSize() {}

    /**
     * Compares the size that an annotation says with that of the image shown upright: where they differ, an image was turned, scaled or
     * replaced after it was labelled.
     *
     * @param width  in pixels; NaN where the annotation does not say
     * @param height in pixels; NaN where the annotation does not say
     * @throws DataException if they differ, or if no image can have such a size
     */
    static void check(double width, double height, ImageHeader image, String where) throws DataException {
        boolean same = (Double.isNaN(width) || width == image.uprightWidth())
                && (Double.isNaN(height) || height == image.uprightHeight());
        if (!same) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    where,
                    "it says " + text(width) + " x " + text(height) + ", the image is " + image.uprightWidth() + " x "
                            + image.uprightHeight());
        }
    }

    private static String text(double size) {
        return Double.isNaN(size) ? "?" : size == (long) size ? Long.toString((long) size) : Double.toString(size);
    }

    /**
     * Refuses a box within the first pixel: such numbers are fractions of the image, which would be read as next to nothing.
     *
     * @throws DataException if it is one
     */
    static void refuseFractions(PixelBox box, ImageHeader image, String where) throws DataException {
        boolean area = box.xmin() < box.xmax() && box.ymin() < box.ymax();
        boolean inside = box.xmin() >= 0 && box.ymin() >= 0 && box.xmax() <= 1 && box.ymax() <= 1;
        if (area && inside && image.width() > 1 && image.height() > 1) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    where,
                    "the box lies within one pixel: its edges are fractions of the image, where pixels are expected");
        }
    }
}
