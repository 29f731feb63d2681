package org.batchmill.augment.draw;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.FILLED;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_8;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;
import static org.bytedeco.opencv.global.opencv_imgproc.circle;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.ellipse;
import static org.bytedeco.opencv.global.opencv_imgproc.line;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.augment.pixels.ImageEncoder;
import org.batchmill.augment.pixels.OpenCv;
import org.batchmill.records.Box;
import org.batchmill.records.storage.Storage;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * An RGB image to draw on, anti-aliased. Coordinates are pixels, y downwards. Text is drawn in DejaVu Sans, which
 * comes along and has the letters of most alphabets; a character that it lacks is a frame. Used by one thread at a time; the owner closes it.
 */
public final class Canvas implements Drawing, AutoCloseable {

    /** Points of OpenCV's drawing calls are given in fractions of a pixel: 2^4 parts. */
    private static final int FRACTION_BITS = 4;

    private static final int JPEG_QUALITY = 95;

    private final Mat pixels;

    /** What a drawing call is given: a film's frame takes hundreds, and objects of OpenCV's own cost more than a line. */
    private final Point start;

    private final Point end;
    private final Scalar paint;

    private Canvas(Mat pixels) {
        this.pixels = pixels;
        this.start = new Point();
        this.end = new Point();
        this.paint = new Scalar(0, 0, 0, 0);
    }

    /** A new image of one colour. */
    public static Canvas blank(int width, int height, Rgb colour) {
        OpenCv.require();
        try (Scalar fill = scalar(colour)) {
            return new Canvas(new Mat(height, width, CV_8UC3, fill));
        }
    }

    /** A copy of an image of one channel (grey) or three (RGB). */
    public static Canvas copyOf(Mat image) {
        Canvas canvas = new Canvas(new Mat());
        if (image.channels() == 1) {
            cvtColor(image, canvas.pixels, COLOR_GRAY2RGB);
        } else {
            image.copyTo(canvas.pixels);
        }
        return canvas;
    }

    /**
     * A copy of raw pixels.
     *
     * @param pixels   from its position, {@code height * width * channels} bytes; more channels than three show the first three
     * @param channels 1, or 3 and more
     */
    public static Canvas copyOf(ByteBuffer pixels, int height, int width, int channels) {
        int shown = channels == 1 ? 1 : 3;
        byte[] bytes = new byte[height * width * shown];
        int start = pixels.position();
        if (shown == channels) {
            pixels.get(start, bytes);
        } else {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = pixels.get(start + i / shown * channels + i % shown);
            }
        }
        OpenCv.require();
        try (BytePointer data = new BytePointer(bytes);
                Mat mat = new Mat(height, width, shown == 1 ? CV_8UC1 : CV_8UC3, data)) {
            return copyOf(mat);
        }
    }

    /**
     * Draws into somebody else's pixels, for instance a video frame.
     *
     * @param rgb direct, from its position, {@code height * width * 3} bytes; stays there as long as the canvas is used
     */
    public static Canvas over(ByteBuffer rgb, int height, int width) {
        OpenCv.require();
        if (!rgb.isDirect() || rgb.isReadOnly() || rgb.remaining() < height * width * 3) {
            throw new IllegalArgumentException("needs a writable direct buffer of " + height + " x " + width + " x 3");
        }
        try (BytePointer data = new BytePointer(rgb)) {
            return new Canvas(new Mat(height, width, CV_8UC3, data.position(rgb.position())));
        }
    }

    @Override
    public int width() {
        return pixels.cols();
    }

    @Override
    public int height() {
        return pixels.rows();
    }

    /** The pixels as OpenCV sees them; dead after {@link #close()}. */
    public Mat mat() {
        return pixels;
    }

    /** A line width that suits the image's size. */
    public int stroke() {
        return Math.max(1, Math.min(width(), height()) / 240);
    }

    /** A text size, the height of capitals in pixels, that suits the image's size. */
    public double textSize() {
        return Math.max(8, Math.min(width(), height()) / 36.0);
    }

    /** A box in its class' colour with a label at it. */
    public void box(Box box, String label, Rgb colour) {
        boxes(List.of(new LabelledBox(box, label, colour)));
    }

    /** Boxes with labels that keep out of each other's way, and of other boxes', as far as there is room. */
    public void boxes(List<LabelledBox> boxes) {
        List<LabelLayout.Area> areas = new ArrayList<>();
        for (LabelledBox one : boxes) {
            LabelLayout.Area area = new LabelLayout.Area(
                    (int) Math.rint(one.box().xmin() * width()),
                    (int) Math.rint(one.box().ymin() * height()),
                    (int) Math.rint(one.box().xmax() * width()),
                    (int) Math.rint(one.box().ymax() * height()));
            rectangleOutline(area.left(), area.top(), area.right(), area.bottom(), one.colour(), stroke());
            areas.add(area);
        }
        LabelLayout layout = new LabelLayout(width(), height(), areas);
        double size = textSize();
        int pad = (int) Math.ceil(size / 3);
        for (int i = 0; i < boxes.size(); i++) {
            String label = boxes.get(i).label();
            if (label.isEmpty()) {
                continue;
            }
            int wide = (int) Math.ceil(textWidth(label, size)) + 2 * pad;
            LabelLayout.Area at = layout.place(i, wide, (int) Math.ceil(size) + 2 * pad);
            Rgb colour = boxes.get(i).colour();
            rectangleFilled(at.left(), at.top(), at.right(), at.bottom(), colour);
            text(label, at.left() + pad, at.bottom() - pad, size, colour.contrast());
        }
    }

    /** A line between two points. */
    @Override
    public void segment(double x0, double y0, double x1, double y1, Rgb colour, int stroke) {
        place(start, x0, y0);
        place(end, x1, y1);
        line(pixels, start, end, paint(colour), stroke, LINE_AA, FRACTION_BITS);
    }

    /** A filled disc. */
    @Override
    public void disc(double x, double y, double radius, Rgb colour) {
        place(start, x, y);
        circle(
                pixels,
                start,
                (int) Math.rint(radius * (1 << FRACTION_BITS)),
                paint(colour),
                FILLED,
                LINE_AA,
                FRACTION_BITS);
    }

    /** A circle's line. */
    public void ring(double x, double y, double radius, Rgb colour, int stroke) {
        arc(x, y, radius, 0, 360, colour, stroke);
    }

    /** A part of a circle's line, degrees clockwise from the right. */
    public void arc(double x, double y, double radius, double from, double to, Rgb colour, int stroke) {
        int scaled = (int) Math.rint(radius * (1 << FRACTION_BITS));
        place(start, x, y);
        try (Size axes = new Size(scaled, scaled)) {
            ellipse(pixels, start, axes, 0, from, to, paint(colour), stroke, LINE_AA, FRACTION_BITS);
        }
    }

    /** A rectangle's outline. */
    public void rectangleOutline(int left, int top, int right, int bottom, Rgb colour, int stroke) {
        draw(left, top, right, bottom, colour, stroke);
    }

    /** A filled rectangle; right and bottom are not part of it. */
    @Override
    public void rectangleFilled(int left, int top, int right, int bottom, Rgb colour) {
        if (right > left && bottom > top) {
            draw(left, top, right - 1, bottom - 1, colour, FILLED);
        }
    }

    private void draw(int left, int top, int right, int bottom, Rgb colour, int stroke) {
        start.x(left).y(top);
        end.x(right).y(bottom);
        rectangle(pixels, start, end, paint(colour), stroke, LINE_8, 0);
    }

    /**
     * Writes a line of text.
     *
     * @param x        of its left edge
     * @param baseline where the letters stand
     * @param size     height of capitals, in pixels
     */
    @Override
    public void text(String text, double x, double baseline, double size, Rgb colour) {
        TextMask.draw(pixels, text, x, baseline, size, colour);
    }

    /** How wide a line of text will be, in pixels. */
    public static double textWidth(String text, double size) {
        return Typeface.SANS.width(text, size);
    }

    /** Puts another image here, scaled to fit without changing its shape, in the middle of the given space. */
    public void image(Canvas image, int left, int top, int spaceAcross, int spaceDown) {
        double scale = Math.min((double) spaceAcross / image.width(), (double) spaceDown / image.height());
        int across = Math.max(1, (int) Math.rint(image.width() * scale));
        int down = Math.max(1, (int) Math.rint(image.height() * scale));
        int x = left + (spaceAcross - across) / 2;
        int y = top + (spaceDown - down) / 2;
        try (Rect place = new Rect(x, y, across, down);
                Mat part = new Mat(pixels, place);
                Size size = new Size(across, down)) {
            // Averages where it shrinks; where it enlarges OpenCV takes its linear rule instead.
            resize(image.pixels, part, size, 0, 0, INTER_AREA);
        }
    }

    /** The same image at half the size: what was drawn twice as large comes out smooth. */
    Canvas halved() {
        Canvas small = new Canvas(new Mat());
        try (Size size = new Size(width() / 2, height() / 2)) {
            resize(pixels, small.pixels, size, 0, 0, INTER_AREA);
        }
        return small;
    }

    /** The image as the bytes of a PNG file. */
    public byte[] png() {
        return encoded(ImageEncoder::png);
    }

    /** The image as the bytes of a JPEG file of quality 95. */
    public byte[] jpeg() {
        return encoded(bgr -> ImageEncoder.jpeg(bgr, JPEG_QUALITY));
    }

    private interface Encoding {
        byte[] of(Mat bgr) throws IOException;
    }

    private byte[] encoded(Encoding encoding) {
        try (Mat bgr = new Mat()) {
            cvtColor(pixels, bgr, COLOR_RGB2BGR);
            return encoding.of(bgr);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Writes, whole or not at all, a JPEG file where the name ends in .jpg or .jpeg, else a PNG file.
     *
     * @throws IOException naming the file, if it cannot be written, or the format holds no image of this size
     */
    public void write(Path file) throws IOException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        byte[] bytes;
        try {
            bytes = name.endsWith(".jpg") || name.endsWith(".jpeg") ? jpeg() : png();
        } catch (IllegalStateException e) {
            throw new IOException(file + ": " + e.getCause().getMessage(), e);
        }
        Storage.write(file, bytes);
    }

    @Override
    public void close() {
        pixels.close();
        start.close();
        end.close();
        paint.close();
    }

    private static void place(Point point, double x, double y) {
        int one = 1 << FRACTION_BITS;
        point.x((int) Math.rint(x * one)).y((int) Math.rint(y * one));
    }

    private Scalar paint(Rgb colour) {
        paint.put(0, colour.red()).put(1, colour.green()).put(2, colour.blue());
        return paint;
    }

    private static Scalar scalar(Rgb colour) {
        return new Scalar(colour.red(), colour.green(), colour.blue(), 0);
    }
}
