package org.batchmill.augment.draw;

import static org.bytedeco.opencv.global.opencv_core.CV_32SC2;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_8;
import static org.bytedeco.opencv.global.opencv_imgproc.fillPoly;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.indexer.IntIndexer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A line of text laid over pixels: drawn {@value #FINER} times as large, and averaged to how much of each pixel it covers. The
 * latest masks are kept: a video has the same words at the same place in each frame. Safe for use by many threads.
 */
final class TextMask {

    private static final int FINER = 6;
    private static final int FRACTION_BITS = 4;

    private static final Latest LATEST = new Latest();

    private TextMask() {}

    /** All that a mask depends on; {@code x} and {@code baseline} are within it. */
    private record Look(String text, double size, double x, double baseline, int wide, int tall) {}

    /** The masks that were used last, at most a few megabytes. */
    private static final class Latest {

        private static final int MOST = 64;
        private static final int LARGEST = 1 << 16;

        private final Map<Look, byte[]> masks = new LinkedHashMap<>(MOST, .75f, true);

        synchronized byte[] get(Look look) {
            return masks.get(look);
        }

        synchronized void keep(Look look, byte[] mask) {
            if (mask.length <= LARGEST) {
                masks.put(look, mask);
                if (masks.size() > MOST) {
                    masks.remove(masks.keySet().iterator().next());
                }
            }
        }
    }

    /** Blends the text into three channels of bytes. */
    static void draw(Mat pixels, String text, double x, double baseline, double size, Rgb colour) {
        double descent = size / 2;
        int left = (int) Math.floor(x - size);
        int top = (int) Math.floor(baseline - 2 * size);
        int wide = (int) Math.ceil(x + Typeface.SANS.width(text, size) + size) - left;
        int tall = (int) Math.ceil(baseline + descent) - top;
        // Of a text that is far longer than the image only what may be seen is drawn.
        wide = Math.min(wide, Math.max(1, pixels.cols() - left));
        if (wide <= 0
                || tall <= 0
                || left >= pixels.cols()
                || top >= pixels.rows()
                || left + wide <= 0
                || top + tall <= 0) {
            return;
        }
        Look look = new Look(text, size, x - left, baseline - top, wide, tall);
        byte[] mask = LATEST.get(look);
        if (mask == null) {
            mask = mask(look);
            LATEST.keep(look, mask);
        }
        blend(pixels, mask, wide, left, top, colour);
    }

    private static byte[] mask(Look look) {
        List<Typeface.Contour> contours = Typeface.SANS.outline(look.text, look.size * FINER);
        try (Scalar none = new Scalar(0);
                Mat large = new Mat(look.tall * FINER, look.wide * FINER, CV_8UC1, none);
                Mat mask = new Mat();
                Size small = new Size(look.wide, look.tall)) {
            fill(large, contours, look.x * FINER, look.baseline * FINER);
            resize(large, mask, small, 0, 0, INTER_AREA);
            byte[] cover = new byte[look.wide * look.tall];
            mask.data().get(cover);
            return cover;
        }
    }

    private static void fill(Mat mask, List<Typeface.Contour> contours, double x, double y) {
        List<Mat> lines = new ArrayList<>();
        for (Typeface.Contour contour : contours) {
            lines.add(points(contour.points(), x, y));
        }
        if (lines.isEmpty()) {
            return;
        }
        try (MatVector all = new MatVector(lines.toArray(Mat[]::new));
                Scalar full = new Scalar(255);
                Point none = new Point(0, 0)) {
            fillPoly(mask, all, full, LINE_8, FRACTION_BITS, none);
        } finally {
            lines.forEach(Mat::close);
        }
    }

    private static Mat points(double[] points, double x, double y) {
        Mat line = new Mat(points.length / 2, 1, CV_32SC2);
        try (IntIndexer values = line.createIndexer()) {
            for (int i = 0; i < points.length / 2; i++) {
                values.put(i, 0, 0, fixed(points[2 * i] + x));
                values.put(i, 0, 1, fixed(points[2 * i + 1] + y));
            }
        }
        return line;
    }

    /** OpenCV's lines have the pixel's middle at whole numbers. */
    private static int fixed(double value) {
        return (int) Math.rint((value - .5) * (1 << FRACTION_BITS));
    }

    /** Rows are taken out and put back whole: one by one, pixels cost a multiple. */
    private static void blend(Mat pixels, byte[] mask, int wide, int left, int top, Rgb colour) {
        int[] paint = {colour.red(), colour.green(), colour.blue()};
        int firstRow = Math.max(0, -top);
        int lastRow = Math.min(mask.length / wide, pixels.rows() - top);
        int firstColumn = Math.max(0, -left);
        int columns = Math.min(wide, pixels.cols() - left) - firstColumn;
        int stride = (int) pixels.step1();
        byte[] line = new byte[columns * 3];
        try (BytePointer start = pixels.ptr(top + firstRow)) {
            ByteBuffer into = start.capacity((lastRow - firstRow - 1L) * stride + pixels.cols() * 3L)
                    .asByteBuffer();
            for (int row = firstRow; row < lastRow; row++) {
                int from = (row - firstRow) * stride + (left + firstColumn) * 3;
                into.get(from, line);
                blend(line, mask, row * wide + firstColumn, paint);
                into.put(from, line);
            }
        }
    }

    /** @param from where the mask of these pixels begins */
    private static void blend(byte[] line, byte[] mask, int from, int[] paint) {
        for (int i = 0; i < line.length / 3; i++) {
            int cover = mask[from + i] & 0xff;
            for (int channel = 3 * i; cover > 0 && channel < 3 * i + 3; channel++) {
                int under = line[channel] & 0xff;
                line[channel] = (byte) ((under * (255 - cover) + paint[channel - 3 * i] * cover + 127) / 255);
            }
        }
    }
}
