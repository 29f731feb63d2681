package org.batchmill.jobs.detect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.Content;
import org.batchmill.records.FolderWalk;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoInfo;
import org.batchmill.video.VideoOptions;
import org.batchmill.video.VideoReader;
import org.batchmill.video.VideoWriter;
import org.batchmill.video.WriterOptions;

/** Finds objects in every frame of a video and draws them onto a video. Used by one thread. */
final class VideoDetection {

    private static final Set<String> SUFFIXES = Set.of("mp4", "m4v", "mov", "mkv", "webm", "avi");

    /** Of the frames of a group: two groups are held, besides those that wait in the reader. */
    private static final long GROUP_BYTES = 64 << 20;

    private final Detector detector;
    private final Consumer<DetectJob.Result> results;
    private final JobListener listener;
    private IOException damage;

    VideoDetection(Detector detector, Consumer<DetectJob.Result> results, JobListener listener) {
        this.detector = detector;
        this.results = results;
        this.listener = listener;
    }

    static boolean isVideo(Path file) {
        return isVideo(file.getFileName().toString());
    }

    private static boolean isVideo(String name) {
        return SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** A video itself, or the videos below a folder by name. */
    static List<Path> videos(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return isVideo(place) ? List.of(place) : List.of();
        }
        return FolderWalk.files(place, VideoDetection::isVideo);
    }

    /**
     * Detects in a video.
     *
     * @param target the video to write; null to draw nothing
     */
    void run(Path video, Path target) throws IOException, InterruptedException {
        VideoInfo info;
        try (VideoReader reader = VideoReader.open(video, VideoOptions.DEFAULT.queuedFrames(1))) {
            info = reader.info();
        }
        // The codecs store even sizes only: an odd last row or column is looked at, but not drawn.
        int height = Math.max(2, info.height() / 2 * 2);
        int width = Math.max(2, info.width() / 2 * 2);
        int most = (int) Math.max(1, Math.min(Detector.MOST, GROUP_BYTES / (3L * info.width() * info.height())));
        long start = System.nanoTime();
        long frames = 0;
        Shown ahead = null;
        damage = null;
        try (VideoReader reader = VideoReader.open(video, VideoOptions.DEFAULT);
                VideoWriter writer = target == null
                        ? null
                        : VideoWriter.create(target, height, width, WriterOptions.like(info, target))) {
            ahead = begin(video, reader, most);
            while (ahead != null) {
                try (Shown now = ahead) {
                    ahead = begin(video, reader, most);
                    finish(video, now, writer);
                    frames += now.frames.size();
                }
                listener.progress(video.toString(), frames, info.claimedFrames(), rate(frames, start));
            }
            if (damage != null) {
                throw damage;
            }
            if (writer != null) {
                writer.finish();
            }
        } finally {
            if (ahead != null) {
                ahead.close();
            }
        }
        listener.finished(video.toString());
        listener.log(video + ": " + frames + " frames, " + rate(frames, start)
                + (target == null ? "" : ", drawn into " + target));
    }

    /** Frames that the detector has begun with. */
    private final class Shown implements AutoCloseable {

        private final List<VideoFrame> frames;
        private final Detector.Group group;

        Shown(List<VideoFrame> frames, Detector.Group group) {
            this.frames = frames;
            this.group = group;
        }

        @Override
        public void close() {
            detector.abandon(group);
            frames.forEach(VideoFrame::close);
        }
    }

    /** Null behind the last frame, or the last before damage, which is kept until all those before it are done. */
    private Shown begin(Path video, VideoReader reader, int most) throws InterruptedException {
        List<VideoFrame> frames = new ArrayList<>();
        boolean begun = false;
        try {
            read(reader, most, frames);
            if (frames.isEmpty()) {
                return null;
            }
            Shown shown = new Shown(
                    frames,
                    detector.begin(
                            frames.stream().map(one -> sample(video, one)).toList()));
            begun = true;
            return shown;
        } finally {
            if (!begun) {
                frames.forEach(VideoFrame::close);
            }
        }
    }

    private void read(VideoReader reader, int most, List<VideoFrame> frames) throws InterruptedException {
        try {
            while (damage == null && frames.size() < most) {
                VideoFrame frame = reader.next();
                if (frame == null) {
                    return;
                }
                frames.add(frame);
            }
        } catch (IOException e) {
            damage = e;
        }
    }

    private static Sample sample(Path video, VideoFrame frame) {
        Content.RawImage pixels = new Content.RawImage(frame.pixels(), frame.height(), frame.width(), 3);
        return new Sample(new SampleId(video + "#" + frame.number()), pixels, Labels.NONE);
    }

    private void finish(Path video, Shown shown, VideoWriter writer) throws IOException, InterruptedException {
        List<Detector.Outcome> outcomes = detector.outcomes(shown.group);
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i).failure() != null) {
                throw outcomes.get(i).failure();
            }
            VideoFrame frame = shown.frames.get(i);
            List<Detector.Found> found = outcomes.get(i).findings().found();
            results.accept(new DetectJob.Result(
                    video,
                    new DetectJob.Moment(frame.number(), frame.timeMicros() * 1e-6),
                    frame.width(),
                    frame.height(),
                    found.stream()
                            .map(one -> DetectJob.FoundBox.of(one, frame.width(), frame.height()))
                            .toList()));
            if (writer != null) {
                draw(frame, found);
                writer.writeAt(even(frame), frame.timeMicros());
            }
        }
    }

    private void draw(VideoFrame frame, List<Detector.Found> found) throws IOException {
        try (Canvas canvas = Canvas.over(frame.pixels(), frame.height(), frame.width())) {
            canvas.boxes(found.stream()
                    .map(one -> Annotations.detection(one.box(), one.score(), detector.classes()))
                    .toList());
        }
    }

    private static String rate(long frames, long start) {
        return String.format(Locale.ROOT, "%.1f frames/s", frames / ((System.nanoTime() - start) * 1e-9));
    }

    /** The pixels without an odd last row and column. */
    private static ByteBuffer even(VideoFrame frame) {
        ByteBuffer all = frame.pixels();
        int height = Math.max(2, frame.height() / 2 * 2);
        int row = Math.max(2, frame.width() / 2 * 2) * 3;
        if (height == frame.height() && row == frame.width() * 3) {
            return all;
        }
        ByteBuffer cut = ByteBuffer.allocateDirect(height * row);
        for (int y = 0; y < height; y++) {
            cut.put(y * row, all, y * frame.width() * 3, row);
        }
        return cut;
    }
}
