package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.ContactSheet;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.video.VideoFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Small images of what was kept, spread over all videos, for somebody who looks before the training does. Used by one thread. */
final class Thumbnails {

    private static final int MOST = 64;
    private static final int COLUMNS = 8;
    private static final int ACROSS = 160;
    private static final int DOWN = 120;

    /**
     * One of them.
     *
     * @param caption where it comes from
     * @param jpeg    the small image
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Thumbnail(String caption, byte[] jpeg) {}

    private final int most;
    private final List<Thumbnail> taken = new ArrayList<>();
    private long step = 1;
    private long seen;

    /** Collects those of one run of frames. */
    Thumbnails(int most) {
        this.most = most;
    }

    /** How many of the sheet's images part {@code index} of {@code parts} supplies. */
    static int share(int index, int parts) {
        return (int) ((index + 1L) * MOST / parts - (long) index * MOST / parts);
    }

    /** Looks at a frame that is kept. */
    void take(String video, VideoFrame frame) {
        if (most == 0 || seen++ % step != 0) {
            return;
        }
        if (taken.size() == 2 * most) {
            // One in two of those before, and from now on half as many: they stay evenly spread.
            step *= 2;
            for (int i = most; i > 0; i--) {
                taken.remove(2 * i - 1);
            }
            if ((seen - 1) % step != 0) {
                return;
            }
        }
        try (Canvas whole = Canvas.copyOf(frame.pixels(), frame.height(), frame.width(), 3);
                Canvas small = Canvas.blank(ACROSS, DOWN, Rgb.WHITE)) {
            small.image(whole, 0, 0, ACROSS, DOWN);
            String caption =
                    String.format(Locale.ROOT, "%s#%d  %.2f s", video, frame.number(), frame.timeMicros() * 1e-6);
            taken.add(new Thumbnail(caption, small.jpeg()));
        }
    }

    /** As many as were asked for, evenly spread. */
    List<Thumbnail> spread() {
        List<Thumbnail> spread = new ArrayList<>();
        int count = Math.min(most, taken.size());
        for (int i = 0; i < count; i++) {
            spread.add(taken.get((int) ((long) i * taken.size() / count)));
        }
        return spread;
    }

    /** Draws them onto one sheet; nothing is written where there are none. */
    static void write(List<Thumbnail> thumbnails, Path file) throws IOException {
        if (thumbnails.isEmpty()) {
            return;
        }
        try (ContactSheet sheet = new ContactSheet("", Math.min(COLUMNS, thumbnails.size()), ACROSS, DOWN)) {
            thumbnails.forEach(one -> sheet.add(decoded(one.jpeg()), one.caption()));
            try (Canvas drawn = sheet.draw()) {
                drawn.write(file);
            }
        }
    }

    private static Canvas decoded(byte[] jpeg) {
        try (BytePointer bytes = new BytePointer(jpeg);
                Mat encoded = new Mat(1, jpeg.length, opencv_core.CV_8UC1, bytes);
                Mat bgr = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR);
                Mat rgb = new Mat()) {
            opencv_imgproc.cvtColor(bgr, rgb, opencv_imgproc.COLOR_BGR2RGB);
            return Canvas.copyOf(rgb);
        }
    }
}
