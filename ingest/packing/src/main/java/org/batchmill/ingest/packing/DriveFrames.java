package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.batchmill.augment.pixels.ImageEncoder;
import org.batchmill.records.DataException;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.FrameComparison;
import org.batchmill.video.FrameLabels;
import org.batchmill.video.FrameSelection;
import org.batchmill.video.FrameSelection.Dropped;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoInfo;
import org.batchmill.video.VideoOptions;
import org.batchmill.video.VideoReader;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes a run of frames of one video in order, cut and resized, and hands out each that is wanted and good. Used by one thread. */
final class DriveFrames {

    /** Of PNG. More takes most of the time of packing and saves little. */
    private static final int FAST_COMPRESSION = 1;

    private final VideoPackOptions options;
    private final DriveEpoch epoch;
    private final FrameLabels labels;
    private final VideoInfo info;
    private final VideoOptions reading;
    private final FrameTally tally;
    private final List<BadSample> bad = new ArrayList<>();

    private DriveFrames(
            VideoPackOptions options, DriveEpoch epoch, FrameLabels labels, VideoInfo info, VideoOptions reading) {
        this.options = options;
        this.epoch = epoch;
        this.labels = labels;
        this.info = info;
        this.reading = reading;
        this.tally = new FrameTally(epoch.videoName());
    }

    static DriveFrames open(VideoPackOptions options, DriveEpoch epoch) throws IOException, InterruptedException {
        FrameLabels labels = FrameLabels.join(epoch, options.join());
        try (VideoReader reader = VideoReader.open(epoch.video(), VideoOptions.DEFAULT.queuedFrames(1))) {
            VideoInfo info = reader.info();
            VideoOptions reading = VideoOptions.DEFAULT
                    .shape(options.shape(info, epoch.videoName()))
                    .interlaced(options.records().interlaced());
            return new DriveFrames(options, epoch, labels, info, reading);
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

    /** What has become of the frames that were read. */
    FrameTally tally() {
        return tally;
    }

    /** What is handed out at once: a frame of the front camera, and those of the others at its time. */
    record Moment(VideoFrame frame, float angle, List<VideoFrame> others, boolean follows) {}

    /** Takes a good moment; its frames are closed afterwards. */
    interface Taker {
        /** @param moment its angle is NaN where the log has none; it follows where no frame that was wanted is missing before it */
        void take(Moment moment) throws IOException;
    }

    /**
     * Reads frames.
     *
     * @param from       the first
     * @param to         the one behind the last
     * @param needsLabel whether frames without a label are left out, if there is a log
     * @throws DataException at a bad frame, unless they are left out
     */
    void read(int from, int to, boolean needsLabel, Taker taker) throws IOException, InterruptedException {
        FrameSelection selection = options.records().selection();
        try (OtherCameras cameras = OtherCameras.open(options, epoch, labels.times(), this::leaveOut)) {
            Dropped[] dropped = selection.byTime(labels.times());
            for (int i = from; i < to; i++) {
                if (dropped[i] == null && needsLabel && labels.logged() && Float.isNaN(labels.angle(i))) {
                    dropped[i] = Dropped.NO_LABEL;
                } else if (dropped[i] == null && !cameras.has(i)) {
                    dropped[i] = Dropped.NO_OTHER_CAMERA;
                }
            }
            int first = from;
            while (first < to && dropped[first] == Dropped.OUT_OF_RANGE) {
                first++;
            }
            int end = to;
            while (selection.ends() && end > first && dropped[end - 1] == Dropped.OUT_OF_RANGE) {
                end--;
            }
            if (first < end) {
                BitSet wanted = new BitSet();
                IntStream.range(first, end).filter(i -> dropped[i] == null).forEach(wanted::set);
                cameras.convertOnly(wanted);
                read(first, end, dropped, wanted, cameras, taker);
            }
            tally.count(dropped, from, to);
        }
    }

    private void read(int from, int to, Dropped[] dropped, BitSet wanted, OtherCameras cameras, Taker taker)
            throws IOException, InterruptedException {
        FrameComparison looks = new FrameComparison(options.records().selection());
        int next = from;
        int before = from - 1;
        try (VideoReader reader = VideoReader.open(epoch.video(), reading)) {
            reader.convertOnly(frame -> wanted.get((int) frame));
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
                        int number = (int) frame.number();
                        next = number + 1;
                        tally.read(frame.interlaced());
                        if (dropped[number] == null) {
                            dropped[number] = looks.compare(frame);
                        }
                        if (dropped[number] == null) {
                            if (hand(frame, cameras, follows(dropped, before, number), taker)) {
                                before = number;
                            } else {
                                dropped[number] = Dropped.NO_OTHER_CAMERA;
                            }
                        }
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

    /** Whether all frames between two were left out because nobody wanted them. */
    private static boolean follows(Dropped[] dropped, int before, int number) {
        for (int i = before + 1; i < number; i++) {
            if (dropped[i] == null || dropped[i] == Dropped.NO_LABEL || dropped[i] == Dropped.NO_OTHER_CAMERA) {
                return false;
            }
        }
        return true;
    }

    private boolean hand(VideoFrame frame, OtherCameras cameras, boolean follows, Taker taker)
            throws IOException, InterruptedException {
        List<VideoFrame> others = cameras.at((int) frame.number());
        if (others == null) {
            return false;
        }
        taker.take(new Moment(frame, labels.angle((int) frame.number()), others, follows));
        tally.keep();
        return true;
    }

    private void leaveOut(DataException e) throws DataException {
        if (!options.errors().skips() || bad.size() >= options.errors().maxErrors()) {
            throw e;
        }
        bad.add(BadSample.of(e));
    }

    /** A frame as PNG, or as JPEG where the options name a quality. */
    ByteBuffer encode(VideoFrame frame) throws IOException {
        int quality = options.frames().jpeg();
        try (BytePointer pixels = new BytePointer(frame.pixels());
                Mat rgb = new Mat(frame.height(), frame.width(), opencv_core.CV_8UC3, pixels);
                Mat bgr = new Mat()) {
            opencv_imgproc.cvtColor(rgb, bgr, opencv_imgproc.COLOR_RGB2BGR);
            return ByteBuffer.wrap(
                    quality > 0 ? ImageEncoder.jpeg(bgr, quality) : ImageEncoder.png(bgr, FAST_COMPRESSION));
        } catch (IOException e) {
            throw new IOException("frame " + frame.number() + ": " + e.getMessage(), e);
        }
    }
}
