package org.batchmill.batches;

import org.batchmill.records.Box;

/**
 * The axis-aligned part of how an image in a batch was made from its original: a point (x, y) of the batch's image, as
 * fractions, was at {@code (originX + x * spanX, originY + y * spanY)} of the original, as fractions of the original's size. A
 * flip has a negative span.
 *
 * @param originalWidth  in pixels
 * @param originalHeight in pixels
 */
public record ImageMapping(
        int originalWidth, int originalHeight, double originX, double originY, double spanX, double spanY) {

    /** The whole image, stretched. */
    public static ImageMapping stretched(int originalWidth, int originalHeight) {
        return new ImageMapping(originalWidth, originalHeight, 0, 0, 1, 1);
    }

    /** A box of the batch's image as a box of the original; may reach beyond the original's edges. */
    public Box toOriginal(Box box) {
        double x0 = originX + box.xmin() * spanX;
        double x1 = originX + box.xmax() * spanX;
        double y0 = originY + box.ymin() * spanY;
        double y1 = originY + box.ymax() * spanY;
        return new Box(
                box.className(),
                (float) Math.min(x0, x1),
                (float) Math.min(y0, y1),
                (float) Math.max(x0, x1),
                (float) Math.max(y0, y1),
                box.difficult(),
                box.truncated(),
                box.crowd());
    }
}
