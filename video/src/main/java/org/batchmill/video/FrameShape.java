package org.batchmill.video;

import java.io.Serializable;
import org.batchmill.records.UsageException;

/**
 * What each frame is made into: a part of it, at a size, in a colour space. Rotation stored in the file is applied first; the crop
 * counts pixels of the frame as shown.
 *
 * @param top    first row that is kept
 * @param bottom row behind the last one kept; 0 for all
 * @param left   first column that is kept
 * @param right  column behind the last one kept; 0 for all
 * @param height rows of the result; 0 for those that were kept
 * @param width  columns of the result; 0 for those that were kept
 * @param order  what the three bytes of a pixel are
 */
public record FrameShape(int top, int bottom, int left, int right, int height, int width, PixelOrder order)
        implements Serializable {

    /** The whole frame as it is, RGB. */
    public static final FrameShape WHOLE = new FrameShape(0, 0, 0, 0, 0, 0, PixelOrder.RGB);

    public FrameShape {
        if (top < 0 || left < 0 || (bottom != 0 && bottom <= top) || (right != 0 && right <= left)) {
            throw new UsageException("crop " + left + ":" + right + "," + top + ":" + bottom
                    + " holds no pixel: give FROM:TO with FROM below TO");
        }
        if (height < 0 || width < 0) {
            throw new UsageException("a frame cannot be " + width + " x " + height);
        }
    }

    /** The rows from {@code top} up to, not including, {@code bottom}, over the whole width. */
    public FrameShape rows(int top, int bottom) {
        return new FrameShape(top, bottom, left, right, height, width, order);
    }

    /** The columns from {@code left} up to, not including, {@code right}. */
    public FrameShape columns(int left, int right) {
        return new FrameShape(top, bottom, left, right, height, width, order);
    }

    /** Resized to {@code height} rows and {@code width} columns; the aspect ratio is not kept. */
    public FrameShape size(int height, int width) {
        return new FrameShape(top, bottom, left, right, height, width, order);
    }

    /** Rows of the result for a frame of so many rows as shown. */
    public int outputHeight(int shownHeight) {
        return height != 0 ? height : (bottom == 0 ? shownHeight : bottom) - top;
    }

    /** Columns of the result for a frame of so many columns as shown. */
    public int outputWidth(int shownWidth) {
        return width != 0 ? width : (right == 0 ? shownWidth : right) - left;
    }

    public FrameShape order(PixelOrder order) {
        return new FrameShape(top, bottom, left, right, height, width, order);
    }
}
