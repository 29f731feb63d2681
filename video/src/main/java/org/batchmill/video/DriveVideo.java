package org.batchmill.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.records.UsageException;

/**
 * Draws steering onto a video while it is predicted: a wheel and the curve of the last seconds for what was predicted, and the same for the
 * targets where they are known. Written as H.264, or VP9 where the name ends in .webm: browsers play both. Small videos are enlarged so that
 * the numbers can be read, and an odd last row or column is cut off, which these codecs do not store.
 *
 * <p>Frames are drawn and encoded beside the caller, as {@link DrawnVideo} does it; the file is there when {@link #finish()} has returned. Used
 * by one thread at a time.
 */
public final class DriveVideo implements AutoCloseable {

    private static final int READABLE_HEIGHT = 320;
    private static final int CURVE_FRAMES = 120;
    private static final Rgb PREDICTED = Rgb.of(0);
    private static final Rgb TARGET = Rgb.of(2);

    private final DrawnVideo video;
    private final float[] targets;
    private final float range;
    private float[] predicted = new float[1024];
    private int frames;

    private DriveVideo(DrawnVideo video, float[] targets, float range) {
        this.video = video;
        this.targets = targets;
        this.range = range;
    }

    /** What the frames of a video are made into for {@link #add}. */
    public static FrameShape shape(VideoInfo info) {
        int factor = Math.max(1, (READABLE_HEIGHT + info.height() - 1) / info.height());
        int height = Math.max(2, info.height() / 2 * 2);
        int width = Math.max(2, info.width() / 2 * 2);
        return FrameShape.WHOLE.rows(0, height).columns(0, width).size(height * factor, width * factor);
    }

    /**
     * Begins.
     *
     * @param info    of the video whose frames are drawn on
     * @param targets an angle a frame, negative to the left; NaN draws nothing; null for none
     * @param range   the angle at which the wheel has made a quarter turn: 1 for the simulators' unit
     * @throws UsageException if {@code out} is no kind of video that is written here
     */
    public static DriveVideo create(Path out, VideoInfo info, float[] targets, float range) throws IOException {
        FrameShape shape = shape(info);
        return new DriveVideo(
                DrawnVideo.create(out, shape.height(), shape.width(), WriterOptions.like(info, out)),
                targets == null ? null : scaled(targets, range),
                range);
    }

    private static float[] scaled(float[] angles, float range) {
        float[] scaled = new float[angles.length];
        for (int i = 0; i < angles.length; i++) {
            scaled[i] = angles[i] / range;
        }
        return scaled;
    }

    /**
     * Draws the next frame.
     *
     * @param frame in the {@link #shape} of its video; closed by this, whatever happens
     * @param angle predicted, as {@code targets} are
     */
    public void add(VideoFrame frame, float angle) throws IOException, InterruptedException {
        if (frames == predicted.length) {
            predicted = Arrays.copyOf(predicted, 2 * frames);
        }
        predicted[frames] = angle / range;
        int number = frames++;
        // What is drawn looks at this frame and those before; later ones may come meanwhile.
        float[] known = predicted;
        video.add(frame, canvas -> draw(canvas, known, number));
    }

    /** How many frames were taken. */
    public long frames() {
        return frames;
    }

    /** Waits for all frames and puts the file in its place. */
    public void finish() throws IOException, InterruptedException {
        video.finish();
    }

    @Override
    public void close() throws IOException {
        video.close();
    }

    private void draw(Canvas canvas, float[] known, int number) {
        if (targets != null) {
            curve(canvas, targets, number, TARGET);
            wheel(canvas, targets, number, .75, TARGET);
            caption(canvas, "truth", .75, TARGET);
            caption(canvas, "prediction", .25, PREDICTED);
        }
        curve(canvas, known, number, PREDICTED);
        wheel(canvas, known, number, targets == null ? .5 : .25, PREDICTED);
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
