package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.FrameLabels;
import org.batchmill.video.FrameSelection.Dropped;
import org.batchmill.video.JoinReport;

/**
 * Packs drive videos into record files. Each run of frames is one element of the pipeline and becomes one shard, decoded in order;
 * long videos are cut at key frames, so that no worker decodes what another needs.
 *
 * <p>All videos are joined with their logs before anything is written. Each shard appears under its name whole or not at all. A job
 * that was killed, or that failed at a bad frame, goes on where it stopped when it is run again on unchanged drives; {@code
 * PREFIX-dataset.json} is written last. An earlier data set of the prefix stays as it is until all shards of the new one are whole. Two jobs cannot
 * write one prefix at the same time. Safe for use by many threads, for different prefixes.
 */
public final class VideoPackJob {

    /**
     * What was packed.
     *
     * @param dataset the file that describes it
     * @param frames  how many each part of the split holds; one without a name where it is undivided
     * @param shards  the files, in order
     * @param reports what joining each epoch with its log found
     * @param tallies what became of the frames of each video
     * @param bad     frames that could not be decoded, and drives that could not be joined
     */
    public record Result(
            Path dataset,
            Map<String, Long> frames,
            List<Path> shards,
            Map<String, JoinReport> reports,
            List<FrameTally> tallies,
            List<BadSample> bad) {}

    /**
     * What would be read and written.
     *
     * @param videos to be read
     * @param frames that are kept by number, time and label; how they look, and whether they decode, is not known yet
     * @param files  to be written
     */
    public record Preview(List<String> videos, long frames, List<String> files) {

        static Preview of(VideoPackOptions options, VideoPlan plan, List<String> files)
                throws IOException, InterruptedException {
            Map<String, Long> videos = new LinkedHashMap<>();
            for (VideoPlan.Run run : plan.runs()) {
                DriveEpoch epoch = run.epoch();
                FrameLabels labels = FrameLabels.join(epoch, options.join());
                Dropped[] dropped = options.records().selection().byTime(labels.times());
                long kept = IntStream.range(run.from(), run.to())
                        .filter(i -> dropped[i] == null && !(labels.logged() && Float.isNaN(labels.angle(i))))
                        .count();
                videos.merge(epoch.video().toString(), kept, Long::sum);
            }
            return new Preview(
                    List.copyOf(videos.keySet()),
                    videos.values().stream().mapToLong(Long::longValue).sum(),
                    files);
        }
    }

    private VideoPackJob() {}

    /**
     * As it would be packed: nothing is written, and no frame is decoded.
     *
     * @throws DataException as {@link #run}
     */
    public static Preview preview(VideoPackOptions options) throws IOException, InterruptedException {
        VideoPlan plan = VideoPlan.of(options, PackProgress.Listener.NONE);
        OutputNames names = options.shards().names();
        List<String> files = new ArrayList<>();
        for (VideoPart part : plan.parts(names)) {
            files.add(names.folder().resolve(part.shard()).toString());
        }
        files.add(names.dataset().toString());
        return Preview.of(options, plan, files);
    }

    /**
     * Packs.
     *
     * @param progress hears how many frames are done
     * @throws DataException  if a video or a log is bad, or they do not fit together, and bad ones are not left out
     * @throws org.batchmill.records.UsageException if the split names an epoch that is not there, or leaves a part empty
     */
    public static Result run(VideoPackOptions options, PackProgress.Listener progress)
            throws IOException, InterruptedException {
        VideoPlan plan = VideoPlan.of(options, progress);
        OutputNames names = options.shards().names();
        Files.createDirectories(names.folder());
        try (PrefixLock lock = PrefixLock.take(names)) {
            Result result = run(options, plan, names, progress);
            lock.remove();
            return result;
        }
    }

    private static Result run(
            VideoPackOptions options, VideoPlan plan, OutputNames names, PackProgress.Listener progress)
            throws IOException, InterruptedException {
        Journal journal = new Journal(names.journal());
        journal.begin(fingerprint(options, plan), names.dataset());
        List<VideoPart> parts = plan.parts(names);
        String name = WorkGate.newJob();
        toEnd(options.runner(), new WriteVideoPart(options, name), journal, name, parts, progress);
        List<PackedShard> shards = new ArrayList<>();
        List<BadSample> bad = new ArrayList<>(plan.bad());
        for (VideoPart part : parts) {
            shards.add(journal.finished(part.shard())
                    .orElseThrow(() -> new IOException(names.journal() + ": the entry of " + part.shard()
                            + " is lost; do workers see this folder?")));
            bad.addAll(journal.bad(part.shard()));
        }
        if (bad.size() > options.errors().maxErrors()) {
            throw bad.get(bad.size() - 1).toException();
        }
        return finish(options, plan, names, journal, shards, bad);
    }

    /** Runs a pipeline whose elements are these parts. Its progress is in frames, which are read and written at once. */
    static void toEnd(
            BeamRunner runner,
            DoFn<VideoPart, String> work,
            Journal journal,
            String name,
            List<VideoPart> parts,
            PackProgress.Listener progress)
            throws IOException, InterruptedException {
        Supplier<Pipeline> pipeline = () -> {
            Pipeline made = Pipeline.create(RunnerOptions.of(runner, name));
            made.apply("Parts", Create.of(parts).withCoder(SerializableCoder.of(VideoPart.class)))
                    .apply("ShareOut", Reshuffle.viaRandomKey())
                    .apply("Write", ParDo.of(work));
            return made;
        };
        long frames = parts.stream().mapToLong(part -> part.to() - part.from()).sum();
        if (runner.master().isPresent()) {
            RemoteCrew.toEnd(
                    runner,
                    pipeline,
                    journal,
                    name,
                    List.of(),
                    (checked, bad, written) -> progress.progress(new PackProgress(written, written, frames, bad)),
                    progress::notice);
            return;
        }
        try (WorkGate gate = WorkGate.open(name)) {
            PipelineRun.toEnd(pipeline.get(), () -> {
                gate.checkGoing();
                progress.progress(new PackProgress(gate.done(), gate.done(), frames, 0));
            });
        }
    }

    private static Result finish(
            VideoPackOptions options,
            VideoPlan plan,
            OutputNames names,
            Journal journal,
            List<PackedShard> shards,
            List<BadSample> bad)
            throws IOException {
        Map<String, Long> frames = new LinkedHashMap<>();
        Map<String, FrameTally> tallies = new LinkedHashMap<>();
        List<Thumbnails.Thumbnail> thumbnails = new ArrayList<>();
        for (PackedShard shard : shards) {
            frames.merge(shard.split(), shard.records(), Long::sum);
            FrameTally tally = journal.tally(shard.file());
            tallies.computeIfAbsent(tally.video(), FrameTally::new).add(tally);
            thumbnails.addAll(journal.thumbnails(shard.file()));
        }
        List<FrameTally> all = List.copyOf(tallies.values());
        // Before the data set: a disk that is full leaves the one before it, and the journal to go on from.
        VideoReportFile.write(all, bad, thumbnails, names.report(), names.contactSheet());
        DatasetFile.publish(
                journal,
                names,
                shards,
                VideoDatasetFile.describe(options, plan, shards, all, bad),
                options.errors().quarantined(bad));
        List<Path> files = shards.stream()
                .map(shard -> names.folder().resolve(shard.file()))
                .toList();
        return new Result(names.dataset(), frames, files, plan.reports(), all, bad);
    }

    /**
     * What decides what is written: the options, and name, size and time of every video and log. The treatment of bad frames is left
     * out, so that a job that failed at one goes on when it is told to leave it out.
     */
    static String fingerprint(VideoPackOptions options, VideoPlan plan) throws IOException {
        MessageDigest digest = ContentHash.sha256();
        VideoPackOptions deciding = options.withOnError(ErrorMode.FAIL, 0).withRunner(BeamRunner.DIRECT, 0);
        add(digest, "batchmill pack video " + Journal.VERSION + " " + deciding);
        for (VideoPlan.Run run : plan.runs()) {
            add(digest, run.toString());
            DriveEpoch epoch = run.epoch();
            List<Path> files = new ArrayList<>(List.of(epoch.video()));
            if (epoch.log() != null) {
                files.add(epoch.log());
            }
            for (VideoRecords.Camera camera : options.records().cameras()) {
                files.add(epoch.camera(camera.name()));
            }
            for (Path file : files) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                add(digest, file + " " + attributes.size() + " " + attributes.lastModifiedTime());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, String line) {
        digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
