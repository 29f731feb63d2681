package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.FrameLabels;
import org.batchmill.video.JoinReport;
import org.batchmill.video.VideoReader;

/**
 * Packs drive videos into record files. Each run of frames is one element of the pipeline and becomes one shard, decoded in order;
 * long videos are cut at key frames, so that no worker decodes what another needs.
 *
 * <p>All videos are joined with their logs before anything is written. Each shard appears under its name whole or not at all, and
 * shards of an earlier job of the same prefix are removed at the end. Safe for use by many threads, for different prefixes.
 */
public final class VideoPackJob {

    /**
     * What was packed.
     *
     * @param frames  how many each part of the split holds; one without a name where it is undivided
     * @param shards  the files, in order
     * @param reports what joining each epoch with its log found
     */
    public record Result(Map<String, Long> frames, List<Path> shards, Map<String, JoinReport> reports) {}

    /** Frames of one drive, and the part of the split that they belong to. */
    private record Run(DriveEpoch epoch, int from, int to, String part, long labelled) {}

    private VideoPackJob() {}

    /**
     * Packs.
     *
     * @throws DataException  if a video or a log is bad, or they do not fit together
     * @throws UsageException if the split names an epoch that is not there, or leaves a part empty
     */
    public static Result run(VideoPackOptions options) throws IOException, InterruptedException {
        Map<String, JoinReport> reports = new LinkedHashMap<>();
        List<Run> runs = plan(options, reports);
        OutputNames names = new OutputNames(options.prefix(), PackOptions.Container.TFRECORD);
        Files.createDirectories(names.folder());
        Map<String, Integer> shardsOfPart = new LinkedHashMap<>();
        Map<String, Long> frames = new LinkedHashMap<>();
        for (Run run : runs) {
            shardsOfPart.merge(run.part(), 1, Integer::sum);
            frames.merge(run.part(), run.labelled(), Long::sum);
        }
        Map<String, Integer> next = new LinkedHashMap<>();
        List<VideoPart> parts = new ArrayList<>();
        List<Path> shards = new ArrayList<>();
        for (Run run : runs) {
            int shard = next.merge(run.part(), 1, Integer::sum) - 1;
            String file = names.shard(run.part(), shard, shardsOfPart.get(run.part()));
            parts.add(new VideoPart(run.epoch().video().toString(), run.from(), run.to(), file));
            shards.add(names.folder().resolve(file));
        }
        PackOptions runner = PackOptions.of(options.folder(), options.prefix())
                .withRunner(options.runner(), List.of())
                .withParallelism(options.workers());
        Pipeline pipeline = Pipeline.create(RunnerOptions.of(runner));
        pipeline.apply("Parts", Create.of(parts).withCoder(SerializableCoder.of(VideoPart.class)))
                .apply("ShareOut", Reshuffle.viaRandomKey())
                .apply("Write", ParDo.of(new WriteVideoPart(options)));
        PipelineRun.toEnd(pipeline, () -> {});
        removeOthers(names, shards);
        return new Result(frames, shards, reports);
    }

    private static List<Run> plan(VideoPackOptions options, Map<String, JoinReport> reports)
            throws IOException, InterruptedException {
        List<DriveEpoch> epochs = DriveEpoch.find(Path.of(options.folder()));
        checkNames(options, epochs);
        List<FrameLabels> labels = new ArrayList<>();
        long frames = 0;
        for (DriveEpoch epoch : epochs) {
            FrameLabels joined = FrameLabels.join(epoch, options.join());
            labels.add(joined);
            reports.put(epoch.name(), joined.report());
            frames += joined.frames();
        }
        List<Run> runs = new ArrayList<>();
        long before = 0;
        for (int i = 0; i < epochs.size(); i++) {
            divide(options, epochs.get(i), labels.get(i), before, frames, runs);
            before += labels.get(i).frames();
        }
        for (VideoSplit.Part part : options.split().parts()) {
            if (runs.stream().noneMatch(run -> run.part().equals(part.name()))) {
                throw new UsageException("the part '" + part.name() + "' of the split would hold no frame");
            }
        }
        return runs;
    }

    private static void checkNames(VideoPackOptions options, List<DriveEpoch> epochs) {
        List<String> known = epochs.stream().map(DriveEpoch::name).toList();
        for (VideoSplit.Part part : options.split().parts()) {
            for (String epoch : part.epochs()) {
                if (!known.contains(epoch)) {
                    throw new UsageException(
                            options.folder() + " holds no " + epoch + ", only " + String.join(", ", known));
                }
            }
        }
    }

    /** Cuts a drive at the ends of blocks and, where it is long, at key frames. */
    private static void divide(
            VideoPackOptions options, DriveEpoch epoch, FrameLabels labels, long before, long frames, List<Run> runs)
            throws IOException, InterruptedException {
        if (!options.split().isBlocks()) {
            String part = options.split().partOf(epoch.name());
            if (part != null) {
                cutLong(options, epoch, labels, 0, labels.frames(), part, runs);
            }
            return;
        }
        long[] ends = options.split().blockEnds(frames);
        int from = 0;
        for (int block = 0; block < ends.length; block++) {
            int to = (int) Math.max(0, Math.min(labels.frames(), ends[block] - before));
            if (to > from) {
                cutLong(
                        options,
                        epoch,
                        labels,
                        from,
                        to,
                        options.split().parts().get(block).name(),
                        runs);
                from = to;
            }
        }
    }

    private static void cutLong(
            VideoPackOptions options,
            DriveEpoch epoch,
            FrameLabels labels,
            int from,
            int to,
            String part,
            List<Run> runs)
            throws IOException, InterruptedException {
        int start = from;
        if (to - from > options.longest()) {
            int[] keys;
            try (VideoReader reader = VideoReader.open(epoch.video())) {
                keys = reader.keyFrames();
            }
            int lastKey = start;
            for (int key : keys) {
                if (key > start && key < to) {
                    if (key - start > options.longest() && lastKey > start) {
                        add(epoch, labels, start, lastKey, part, runs);
                        start = lastKey;
                    }
                    lastKey = key;
                }
            }
            if (to - start > options.longest() && lastKey > start) {
                add(epoch, labels, start, lastKey, part, runs);
                start = lastKey;
            }
        }
        add(epoch, labels, start, to, part, runs);
    }

    private static void add(DriveEpoch epoch, FrameLabels labels, int from, int to, String part, List<Run> runs) {
        long labelled = 0;
        for (int frame = from; frame < to; frame++) {
            labelled += Float.isNaN(labels.angle(frame)) ? 0 : 1;
        }
        runs.add(new Run(epoch, from, to, part, labelled));
    }

    private static void removeOthers(OutputNames names, List<Path> mine) throws IOException {
        try (Stream<Path> files = Files.list(names.folder())) {
            for (Path file : files.toList()) {
                if (names.isShard(file.getFileName().toString()) && !mine.contains(file)) {
                    Files.deleteIfExists(file);
                    Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".idx"));
                }
            }
        }
    }
}
