package org.batchmill.jobs.pack;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.ingest.packing.BadSample;
import org.batchmill.ingest.packing.FrameTally;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.packing.PackProgress;
import org.batchmill.ingest.packing.VideoPackJob;
import org.batchmill.ingest.packing.VideoPackOptions;
import org.batchmill.ingest.packing.VideoPreparation;
import org.batchmill.ingest.packing.VideoRecords;
import org.batchmill.ingest.packing.VideoSplit;
import org.batchmill.jobs.JobListener;
import org.batchmill.video.FrameSelection;
import org.batchmill.video.FrameSelection.Dropped;
import org.batchmill.video.JoinOptions;
import org.batchmill.video.JoinReport;

/** Packs drive videos and their steering logs into record shards, or makes smaller drives of drives. Stateless. */
public final class PackVideoJob {

    /** Lines about single videos, and names of files in a line. */
    private static final int SHOWN = 20;

    private PackVideoJob() {}

    /**
     * Packs; the same call goes on where a stopped one ended.
     *
     * @param listener is told how the frames of each drive found their rows, and what was left out
     * @throws org.batchmill.records.UsageException if an option makes no sense
     * @throws org.batchmill.records.DataException  if a drive is bad and may not be left out
     * @throws IOException                          if files cannot be read or written
     */
    public static PackReport run(PackVideoOptions options, JobListener listener)
            throws IOException, InterruptedException {
        VideoPackOptions packing = VideoPackOptions.of(
                        options.pipeline.everywhere(options.data), options.pipeline.everywhere(options.packing.out))
                .withFrames(options.crop, options.size.height(), options.size.width())
                .withJoin(JoinOptions.DEFAULT
                        .maxMismatches(options.maxMismatches)
                        .by(options.join)
                        .tolerance(Duration.ofNanos(Math.round(options.tolerance * 1e9)))
                        .offset(options.labelOffset)
                        .interpolate(options.interpolate))
                .withRecords(records(options))
                .withJpeg(options.jpeg)
                .withSplit(VideoSplit.parse(options.split))
                .withLongest(options.longest)
                .withOnError(options.packing.onError, options.packing.maxErrors)
                .withRunner(options.pipeline.runner());
        return switch (options.to) {
            case TFRECORD -> pack(packing, options.dryRun, listener);
            case ARROW -> pack(packing.withContainer(PackOptions.Container.ARROW), options.dryRun, listener);
            case VIDEO -> prepare(packing, VideoPreparation.Kind.VIDEO, options.dryRun, listener);
            case LOSSLESS -> prepare(packing, VideoPreparation.Kind.LOSSLESS, options.dryRun, listener);
            case FRAMES -> prepare(packing, VideoPreparation.Kind.FRAMES, options.dryRun, listener);
        };
    }

    private static VideoRecords records(PackVideoOptions options) {
        FrameSelection selection = new FrameSelection(
                options.from,
                options.until == null ? Double.POSITIVE_INFINITY : options.until,
                options.every,
                options.fps == null ? 0 : options.fps,
                options.scene == null ? 0 : options.scene,
                options.minDifference == null ? 0 : options.minDifference);
        return VideoRecords.DEFAULT
                .withLogs(!options.unlabelled)
                .withCameras(
                        options.cameras.stream().map(VideoRecords.Camera::parse).toList())
                .withSelection(selection)
                .withWindow(options.window, options.windowStride)
                .withInterlaced(options.interlaced);
    }

    /** What would be read and written. */
    private static PackReport preview(VideoPackJob.Preview preview) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("dry_run", true);
        keys.put("videos", preview.videos().size());
        keys.put("frames", preview.frames());
        keys.put("files", preview.files());
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "would read %,d videos and keep at most %,d frames; would write",
                preview.videos().size(),
                preview.frames()));
        lines.addAll(preview.files());
        return new PackReport(List.of(), keys, lines);
    }

    private static PackProgress.Listener progress(JobListener listener) {
        return new PackProgress.Listener() {
            @Override
            public void lookedAt(long videos, long total) {
                listener.progress("looking at videos", videos, total, "");
            }

            @Override
            public void progress(PackProgress now) {
                listener.progress("packing", now.written(), now.total(), "frames");
            }

            @Override
            public void notice(String line) {
                listener.warn(line);
            }
        };
    }

    /** Counts of all videos, which are on the report's page each. */
    private static Map<String, Object> counts(List<FrameTally> tallies) {
        FrameTally all = FrameTally.sum(tallies);
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("videos", tallies.size());
        counts.put("frames", all.frames());
        counts.put("decoded", all.decoded());
        counts.put("kept", all.kept());
        counts.put("lost", all.lost());
        counts.put("interlaced", all.interlaced());
        for (Dropped why : Dropped.values()) {
            counts.put(why.word(), all.dropped(why));
        }
        return counts;
    }

    /** What is to be said aloud: what was dropped or lost, and that frames were made of one field. */
    private static void tell(List<FrameTally> tallies, JobListener listener) {
        List<String> lines = tallies.stream()
                .filter(tally -> tally.kept() != tally.frames() || tally.interlaced() > 0)
                .map(FrameTally::toString)
                .toList();
        tellSome(lines, listener);
        if (lines.size() > SHOWN) {
            listener.log(FrameTally.sum(tallies).toString());
        }
    }

    /** Of thousands of videos a few: the report has a line for each. */
    private static void tellSome(List<String> lines, JobListener listener) {
        lines.stream().limit(SHOWN).forEach(listener::log);
        if (lines.size() > SHOWN) {
            listener.log("and so on for " + (lines.size() - SHOWN) + " more videos: see the report");
        }
    }

    private static PackReport pack(VideoPackOptions options, boolean dryRun, JobListener listener)
            throws IOException, InterruptedException {
        if (dryRun) {
            return preview(VideoPackJob.preview(options));
        }
        VideoPackJob.Result result = VideoPackJob.run(options, progress(listener));
        if (options.records().logged()) {
            tell(result.reports(), listener);
        }
        tell(result.tallies(), listener);
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("frames", result.frames());
        keys.put("shards", result.shards().stream().map(Object::toString).toList());
        keys.put("dataset", result.dataset().toString());
        keys.put("bad", result.bad().size());
        keys.put("counts", counts(result.tallies()));
        List<String> lines = new ArrayList<>();
        result.frames()
                .forEach((part, count) -> lines.add(String.format(
                        Locale.ROOT,
                        "%-6s %,8d %s",
                        part.isEmpty() ? "all" : part,
                        count,
                        options.records().window() > 0 ? "windows" : "frames")));
        lines.add(result.dataset() + " describes them; " + result.bad().size() + " left out");
        return new PackReport(leftOut(result.bad()), keys, lines);
    }

    private static PackReport prepare(
            VideoPackOptions options, VideoPreparation.Kind kind, boolean dryRun, JobListener listener)
            throws IOException, InterruptedException {
        if (dryRun) {
            return preview(VideoPreparation.preview(options, kind));
        }
        VideoPreparation.Result result = VideoPreparation.run(options, kind, progress(listener));
        if (options.records().logged()) {
            tell(result.reports(), listener);
        }
        tell(result.tallies(), listener);
        List<String> files = result.files().stream().map(Object::toString).toList();
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("frames", Map.of("", result.frames()));
        keys.put("files", files);
        keys.put("bad", result.bad().size());
        keys.put("counts", counts(result.tallies()));
        String line = String.format(
                Locale.ROOT,
                "%,d frames in %s; %d left out",
                result.frames(),
                files.size() > SHOWN
                        ? String.format(
                                Locale.ROOT,
                                "%,d places below %s",
                                files.size(),
                                options.shards().prefix())
                        : String.join(", ", files),
                result.bad().size());
        return new PackReport(leftOut(result.bad()), keys, List.of(line));
    }

    private static void tell(Map<String, JoinReport> reports, JobListener listener) {
        tellSome(
                reports.entrySet().stream()
                        .map(report -> report.getKey() + ": " + report.getValue())
                        .toList(),
                listener);
    }

    private static List<String> leftOut(List<BadSample> bad) {
        return bad.stream().map(Object::toString).toList();
    }
}
