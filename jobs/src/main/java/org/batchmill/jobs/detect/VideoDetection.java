package org.batchmill.jobs.detect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.video.DrawnVideo;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoInfo;
import org.batchmill.video.VideoNames;
import org.batchmill.video.VideoReader;
import org.batchmill.video.WriterOptions;

/**
 * Finds objects in every frame of a video and draws them onto a video. While some frames are predicted, the next are decoded, and those before
 * are drawn and encoded, each on threads of their own. Used by one thread.
 */
final class VideoDetection {

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
        Path name = file.getFileName(); // a root has none
        return name != null && VideoNames.isVideo(name.toString());
    }

    /**
     * Detects in a video.
     *
     * @param target the video to write; null to draw nothing
     */
    void run(Path video, Path target) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long frames = 0;
        Shown ahead = null;
        damage = null;
        try (VideoReader reader = VideoReader.open(video);
                DrawnVideo drawn = target == null ? null : drawn(target, reader.info())) {
            VideoInfo info = reader.info();
            int most = DrawnVideo.atOnce(info.height(), info.width(), Detector.MOST);
            ahead = begin(video, reader, most);
            while (ahead != null) {
                try (Shown now = ahead) {
                    ahead = begin(video, reader, most);
                    frames += finish(video, now, drawn);
                }
                listener.progress(video.toString(), frames, info.claimedFrames(), rate(frames, start));
            }
            if (damage != null) {
                throw damage;
            }
            if (drawn != null) {
                drawn.finish();
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

    private static DrawnVideo drawn(Path target, VideoInfo info) throws IOException {
        return DrawnVideo.create(target, info.height(), info.width(), WriterOptions.like(info, target));
    }

    /** Frames that the detector has begun with, without those that were handed on. */
    private final class Shown implements AutoCloseable {

        private final Deque<VideoFrame> frames;
        private final Detector.Group group;

        Shown(Deque<VideoFrame> frames, Detector.Group group) {
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
        Deque<VideoFrame> frames = new ArrayDeque<>();
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

    private void read(VideoReader reader, int most, Collection<VideoFrame> frames) throws InterruptedException {
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

    /** Returns how many frames these were. */
    private int finish(Path video, Shown shown, DrawnVideo drawn) throws IOException, InterruptedException {
        List<Detector.Outcome> outcomes = detector.outcomes(shown.group);
        for (Detector.Outcome outcome : outcomes) {
            if (outcome.failure() != null) {
                throw outcome.failure();
            }
            VideoFrame frame = shown.frames.element();
            List<Detector.Found> found = outcome.findings().found();
            results.accept(new DetectJob.Result(
                    video,
                    new DetectJob.Moment(frame.number(), frame.timeMicros() * 1e-6),
                    frame.width(),
                    frame.height(),
                    found.stream()
                            .map(one -> DetectJob.FoundBox.of(one, frame.width(), frame.height()))
                            .toList()));
            shown.frames.remove();
            if (drawn == null) {
                frame.close();
            } else {
                drawn.add(frame, canvas -> draw(canvas, found));
            }
        }
        return outcomes.size();
    }

    private void draw(Canvas canvas, List<Detector.Found> found) {
        canvas.boxes(found.stream()
                .map(one -> Annotations.detection(one.box(), one.score(), detector.classes()))
                .toList());
    }

    private static String rate(long frames, long start) {
        return String.format(Locale.ROOT, "%.1f frames/s", frames / ((System.nanoTime() - start) * 1e-9));
    }
}
