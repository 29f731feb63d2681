package org.batchmill.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.jobs.CropWindow;
import org.batchmill.records.UsageException;
import org.batchmill.video.FrameShape;
import org.batchmill.video.PixelOrder;
import picocli.CommandLine.Option;

/** The options that say what each frame of a video is made into. */
final class FrameMixin {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

    @Option(
            names = "--crop",
            paramLabel = "x0:x1,y0:y1",
            description = "The part of each frame to keep, in pixels: :,60:136 are rows.")
    String crop;

    @Option(
            names = "--colour",
            paramLabel = "C",
            defaultValue = "rgb",
            description = "The colour space of the pixels: rgb (default), bgr, yuv or hsv.")
    PixelOrder colour;

    /** Frames cropped and recoloured, at their own size. */
    FrameShape shape() {
        FrameShape shape = FrameShape.WHOLE.order(colour);
        if (crop == null) {
            return shape;
        }
        CropWindow window = CropWindow.parse(crop);
        return shape.rows(window.top(), Math.max(0, window.bottom()))
                .columns(window.left(), Math.max(0, window.right()));
    }

    /** The same, resized to {@code HEIGHTxWIDTH}; null keeps the size. */
    FrameShape shape(String size) {
        if (size == null) {
            return shape();
        }
        Matcher numbers = SIZE.matcher(size.toLowerCase(Locale.ROOT));
        if (!numbers.matches()) {
            throw new UsageException("--size is HEIGHTxWIDTH in pixels, for instance 66x200, not " + size);
        }
        return shape().size(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
    }
}
