package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.FrameLabels;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoInfo;
import org.batchmill.video.VideoOptions;
import org.batchmill.video.VideoReader;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes a run of frames of one drive in order, cut and resized, and hands out each that is good. Used by one thread. */
final class DriveFrames {

    private final VideoPackOptions options;
    private final DriveEpoch epoch;
    private final FrameLabels labels;
    private final VideoInfo info;
    private final List<BadSample> bad = new ArrayList<>();

    private DriveFrames(VideoPackOptions options, DriveEpoch epoch, FrameLabels labels, VideoInfo info) {
        this.options = options;
        this.epoch = epoch;
        this.labels = labels;
        this.info = info;
    }

    static DriveFrames open(VideoPackOptions options, String video) throws IOException, InterruptedException {
        DriveEpoch epoch = DriveEpoch.of(List.of(Path.of(video))).get(0);
        FrameLabels labels = FrameLabels.join(epoch, options.join());
        try (VideoReader reader = VideoReader.open(epoch.video(), VideoOptions.DEFAULT.queuedFrames(1))) {
            return new DriveFrames(options, epoch, labels, reader.info());
        }
    }

    DriveEpoch epoch() {
        return epoch;
    }

    VideoInfo info() {
        return info;
    }

    FrameLabels labels() {
        return labels;
    }

    /** The frames that could not be decoded. */
    List<BadSample> bad() {
        return bad;
    }

    /** Takes a good frame; it is closed afterwards. */
    interface Taker {
        /** @param angle NaN where the log has none */
        void take(VideoFrame frame, float angle) throws IOException;
    }

    /**
     * Reads frames.
     *
     * @param from the first
     * @param to   the one behind the last
     * @throws DataException at a bad frame, unless they are left out
     */
    void read(int from, int to, Taker taker) throws IOException, InterruptedException {
        VideoOptions video = VideoOptions.DEFAULT.shape(options.shape(info, epoch.videoName()));
        int next = from;
        try (VideoReader reader = VideoReader.open(epoch.video(), video)) {
            if (from > 0) {
                reader.seek(from);
            }
            // The last run goes to the very end, where a file that was cut says so.
            boolean more = true;
            while (more && (next < to || to == labels.frames())) {
                try (VideoFrame frame = reader.next()) {
                    more = frame != null && frame.number() < to;
                    if (more) {
                        // What lies between was reported as it was met.
                        next = (int) frame.number() + 1;
                        taker.take(frame, labels.angle((int) frame.number()));
                    }
                } catch (DataException e) {
                    leaveOut(e);
                }
            }
            if (next < to && bad.isEmpty()) {
                leaveOut(new DataException(
                        DataException.Kind.CORRUPT, epoch.video() + ": frame " + next, "did not come"));
            }
        }
    }

    private void leaveOut(DataException e) throws DataException {
        if (!options.skips() || bad.size() >= options.maxErrors()) {
            throw e;
        }
        bad.add(BadSample.of(e));
    }

    /** A frame as PNG, or as JPEG where the options name a quality. */
    ByteBuffer encode(VideoFrame frame) throws IOException {
        boolean jpeg = options.jpeg() > 0;
        int[] settings = jpeg
                ? new int[] {opencv_imgcodecs.IMWRITE_JPEG_QUALITY, options.jpeg()}
                : new int[] {opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, 1};
        try (BytePointer pixels = new BytePointer(frame.pixels());
                Mat rgb = new Mat(frame.height(), frame.width(), opencv_core.CV_8UC3, pixels);
                Mat bgr = new Mat();
                BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(settings)) {
            opencv_imgproc.cvtColor(rgb, bgr, opencv_imgproc.COLOR_RGB2BGR);
            if (!opencv_imgcodecs.imencode(jpeg ? ".jpg" : ".png", bgr, encoded, parameters)) {
                throw new IOException("OpenCV could not encode frame " + frame.number());
            }
            byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(bytes);
            return ByteBuffer.wrap(bytes);
        }
    }
}
