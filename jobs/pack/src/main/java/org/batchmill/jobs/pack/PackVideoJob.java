package org.batchmill.jobs.pack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.ingest.packing.BadSample;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.packing.VideoPackJob;
import org.batchmill.ingest.packing.VideoPackOptions;
import org.batchmill.ingest.packing.VideoPreparation;
import org.batchmill.ingest.packing.VideoSplit;
import org.batchmill.jobs.JobListener;
import org.batchmill.video.JoinOptions;
import org.batchmill.video.JoinReport;

/** Packs drive videos and their steering logs into record shards, or makes smaller drives of drives. Stateless. */
public final class PackVideoJob {

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
        VideoPackOptions packing = VideoPackOptions.of(options.data, options.packing.out)
                .withFrames(options.crop, options.size.height(), options.size.width())
                .withJoin(JoinOptions.DEFAULT.by(options.join).maxMismatches(options.maxMismatches))
                .withJpeg(options.jpeg)
                .withSplit(VideoSplit.parse(options.split))
                .withLongest(options.longest)
                .withOnError(options.packing.onError, options.packing.maxErrors)
                .withRunner(options.pipeline.runner, options.pipeline.workers);
        return switch (options.to) {
            case TFRECORD -> pack(packing, listener);
            case ARROW -> pack(packing.withContainer(PackOptions.Container.ARROW), listener);
            case VIDEO -> prepare(packing, VideoPreparation.Kind.VIDEO, listener);
            case LOSSLESS -> prepare(packing, VideoPreparation.Kind.LOSSLESS, listener);
            case FRAMES -> prepare(packing, VideoPreparation.Kind.FRAMES, listener);
        };
    }

    private static PackReport pack(VideoPackOptions options, JobListener listener)
            throws IOException, InterruptedException {
        VideoPackJob.Result result = VideoPackJob.run(options);
        tell(result.reports(), listener);
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("frames", result.frames());
        keys.put("shards", result.shards().stream().map(Object::toString).toList());
        keys.put("dataset", result.dataset().toString());
        keys.put("bad", result.bad().size());
        List<String> lines = new ArrayList<>();
        result.frames()
                .forEach((part, count) -> lines.add(
                        String.format(Locale.ROOT, "%-6s %,8d frames", part.isEmpty() ? "all" : part, count)));
        lines.add(result.dataset() + " describes them; " + result.bad().size() + " left out");
        return new PackReport(leftOut(result.bad()), keys, lines);
    }

    private static PackReport prepare(VideoPackOptions options, VideoPreparation.Kind kind, JobListener listener)
            throws IOException, InterruptedException {
        VideoPreparation.Result result = VideoPreparation.run(options, kind);
        tell(result.reports(), listener);
        List<String> files = result.files().stream().map(Object::toString).toList();
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("frames", Map.of("", result.frames()));
        keys.put("files", files);
        keys.put("bad", result.bad().size());
        String line = String.format(
                Locale.ROOT,
                "%,d frames in %s; %d left out",
                result.frames(),
                String.join(", ", files),
                result.bad().size());
        return new PackReport(leftOut(result.bad()), keys, List.of(line));
    }

    private static void tell(Map<String, JoinReport> reports, JobListener listener) {
        reports.forEach((epoch, report) -> listener.log(epoch + ": " + report));
    }

    private static List<String> leftOut(List<BadSample> bad) {
        return bad.stream().map(Object::toString).toList();
    }
}
