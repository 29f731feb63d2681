package org.batchmill.video;

import java.io.IOException;
import java.nio.file.Path;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;

/**
 * Draws steering onto a video: a wheel and the curve of the last seconds for what was predicted, and the same for the targets where it
 * is known. Written as H.264, or VP9 where the name ends in .webm: browsers play both. Small videos are enlarged so that the
 * numbers can be read, and an odd last row or column is cut off, which these codecs do not store.
 */
public final class DriveVideo {

    private static final int READABLE_HEIGHT = 320;
    private static final int CURVE_FRAMES = 120;
    private static final Rgb PREDICTED = Rgb.of(0);
    private static final Rgb TARGET = Rgb.of(2);

    private DriveVideo() {}

    /**
     * Draws.
     *
     * @param predicted an angle a frame, negative to the left; NaN draws nothing
     * @param targets     as {@code predicted}, or null
     * @param range     the angle at which the wheel has made a quarter turn: 1 for the simulators' unit
     * @return how many frames were written
     * @throws DataException  if the video is bad
     * @throws UsageException if {@code out} is no kind of video that is written here
     */
    public static long draw(Path video, float[] predicted, float[] targets, float range, Path out)
            throws IOException, InterruptedException {
        float[] guessed = scaled(predicted, range);
        float[] known = targets == null ? null : scaled(targets, range);
        VideoInfo info;
        try (VideoReader reader = VideoReader.open(video, VideoOptions.DEFAULT.queuedFrames(1))) {
            info = reader.info();
        }
        int factor = Math.max(1, (READABLE_HEIGHT + info.height() - 1) / info.height());
        int evenHeight = Math.max(2, info.height() / 2 * 2);
        int evenWidth = Math.max(2, info.width() / 2 * 2);
        FrameShape shape = FrameShape.WHOLE
                .rows(0, evenHeight)
                .columns(0, evenWidth)
                .size(evenHeight * factor, evenWidth * factor);
        long written = 0;
        try (VideoReader reader = VideoReader.open(video, VideoOptions.DEFAULT.shape(shape));
                VideoWriter writer =
                        VideoWriter.create(out, shape.height(), shape.width(), WriterOptions.like(info, out))) {
            while (drawNext(reader, guessed, known, writer)) {
                written++;
            }
            writer.finish();
        }
        return written;
    }

    private static float[] scaled(float[] angles, float range) {
        float[] scaled = new float[angles.length];
        for (int i = 0; i < angles.length; i++) {
            scaled[i] = angles[i] / range;
        }
        return scaled;
    }

    /** False behind the last frame. */
    private static boolean drawNext(VideoReader reader, float[] predicted, float[] targets, VideoWriter writer)
            throws IOException, InterruptedException {
        try (VideoFrame frame = reader.next()) {
            if (frame == null) {
                return false;
            }
            try (Canvas canvas = Canvas.over(frame.pixels(), frame.height(), frame.width())) {
                int number = (int) frame.number();
                if (targets != null) {
                    curve(canvas, targets, number, TARGET);
                    wheel(canvas, targets, number, .75, TARGET);
                    caption(canvas, "truth", .75, TARGET);
                    caption(canvas, "prediction", .25, PREDICTED);
                }
                curve(canvas, predicted, number, PREDICTED);
                wheel(canvas, predicted, number, targets == null ? .5 : .25, PREDICTED);
            }
            writer.writeAt(frame.pixels(), frame.timeMicros());
            return true;
        }
    }

    private static void wheel(Canvas canvas, float[] angles, int frame, double across, Rgb colour) {
        if (frame < angles.length && !Float.isNaN(angles[frame])) {
            Annotations.wheel(canvas, angles[frame], across, colour);
        }
    }

    /** What the wheel below it shows. */
    private static void caption(Canvas canvas, String text, double across, Rgb colour) {
        double size = canvas.height() / 24.0;
        double left = across * canvas.width() - Canvas.textWidth(text, size) / 2;
        double baseline = canvas.height() * .64;
        canvas.text(text, left + 1, baseline + 1, size, Rgb.BLACK);
        canvas.text(text, left, baseline, size, colour);
    }

    /** The angles up to this frame along the upper edge: right steering goes up. */
    private static void curve(Canvas canvas, float[] angles, int frame, Rgb colour) {
        double middle = canvas.height() * .13;
        double reach = canvas.height() * .1;
        double step = (double) canvas.width() / CURVE_FRAMES;
        canvas.segment(0, middle, canvas.width(), middle, Rgb.WHITE, 1);
        for (int back = 0; back < CURVE_FRAMES; back++) {
            int to = frame - back;
            if (to < 1 || to >= angles.length || Float.isNaN(angles[to]) || Float.isNaN(angles[to - 1])) {
                continue;
            }
            double x = canvas.width() - back * step;
            canvas.segment(
                    x - step,
                    middle - reach * clamp(angles[to - 1]),
                    x,
                    middle - reach * clamp(angles[to]),
                    colour,
                    canvas.stroke() + 1);
        }
    }

    private static double clamp(float angle) {
        return Math.max(-1, Math.min(1, angle));
    }
}
