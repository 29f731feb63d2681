package org.batchmill.ingest.packing;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.records.EmptyFolder;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.records.annotations.SteeringLog;
import org.batchmill.records.annotations.UdacityLog;
import org.batchmill.video.JoinReport;

/**
 * Makes drive videos smaller: each is cut and resized, and written as a video with its log, or as a folder of frames in the Udacity
 * layout. Each drive is one element of the pipeline. What comes out is read like any other drives: {@code epochNN_front.mp4} with
 * {@code epochNN_steering.csv}, or {@code IMG/} with {@code driving_log.csv}.
 *
 * <p>Videos appear under their names whole or not at all; a log of frames is written when all its images are there. Safe for use by
 * many threads, for different folders.
 */
public final class VideoPreparation {

    /** What drives become. */
    public enum Kind {
        /** H.264 in mp4: small, with the losses of its quantisation. */
        VIDEO,
        /** FFV1 in mkv: RGB without the loss of a bit. */
        LOSSLESS,
        /** An image a frame, PNG or JPEG. */
        FRAMES
    }

    /**
     * What was made.
     *
     * @param files   the videos, or the log of the frames
     * @param frames  how many in all
     * @param reports what joining each drive with its log found
     * @param tallies what became of the frames of each video
     * @param bad     frames and drives that were left out
     */
    public record Result(
            List<Path> files,
            long frames,
            Map<String, JoinReport> reports,
            List<FrameTally> tallies,
            List<BadSample> bad) {}

    /** What every worker is told. */
    record Job(VideoPackOptions options, Kind kind) implements Serializable {

        Path folder() {
            return Places.of(options.shards().prefix());
        }

        Path journalFolder() {
            return folder().resolve(".preparation");
        }

        /** The workers' notes. */
        Journal journal() {
            return new Journal(journalFolder());
        }
    }

    private VideoPreparation() {}

    /**
     * Prepares drives.
     *
     * @param options  the prefix is the folder to write; of the split only the names of drives count
     * @param progress hears how many frames are done
     * @throws UsageException if the folder holds something that is not of the same job
     */
    public static Result run(VideoPackOptions options, Kind kind, PackProgress.Listener progress)
            throws IOException, InterruptedException {
        refuse(options);
        Job job = new Job(options, kind);
        VideoPlan plan = VideoPlan.of(options.withLongest(Integer.MAX_VALUE), progress);
        List<VideoPart> parts = parts(job, plan);
        String fingerprint = VideoPackJob.fingerprint(options, plan) + " " + kind;
        // Beside the folder, which a new job must find empty.
        OutputNames names =
                new OutputNames(job.folder().toString(), options.shards().container());
        Files.createDirectories(names.folder());
        try (PrefixLock lock = PrefixLock.take(names)) {
            if (!job.journal().isOf(fingerprint)) {
                EmptyFolder.make(job.folder());
            }
            job.journal().begin(fingerprint, job.folder().resolve("dataset.json"));
            String name = WorkGate.newJob();
            VideoPackJob.toEnd(options.runner(), new PrepareDrive(job, name), job.journal(), name, parts, progress);
            Result result = gather(job, plan, parts);
            job.journal().remove();
            lock.remove();
            return result;
        }
    }

    /** As it would be done: nothing is written. */
    public static VideoPackJob.Preview preview(VideoPackOptions options, Kind kind)
            throws IOException, InterruptedException {
        refuse(options);
        VideoPlan plan = VideoPlan.of(options.withLongest(Integer.MAX_VALUE), PackProgress.Listener.NONE);
        Job job = new Job(options, kind);
        return VideoPackJob.Preview.of(
                options,
                plan,
                parts(job, plan).stream()
                        .map(part -> job.folder()
                                .resolve(PrepareDrive.output(job, part))
                                .toString())
                        .toList());
    }

    private static void refuse(VideoPackOptions options) {
        if (!options.split().parts().isEmpty()) {
            throw new OptionException("videos and folders of frames are not divided: pack them with {split}");
        }
        if (options.records().window() > 0 || !options.records().cameras().isEmpty()) {
            throw new OptionException("{window} and {cameras} are for records: {to} tfrecord");
        }
    }

    private static List<VideoPart> parts(Job job, VideoPlan plan) {
        List<VideoPart> parts = new ArrayList<>();
        Set<String> outputs = new HashSet<>();
        for (VideoPlan.Run run : plan.runs()) {
            VideoPart part = VideoPart.of(
                    run,
                    "",
                    run.epoch().name(),
                    Thumbnails.share(parts.size(), plan.runs().size()));
            if (!outputs.add(PrepareDrive.output(job, part))) {
                throw new UsageException(
                        run.epoch().video() + ": another video becomes " + PrepareDrive.output(job, part) + ", too");
            }
            parts.add(part);
        }
        return parts;
    }

    private static Result gather(Job job, VideoPlan plan, List<VideoPart> parts) throws IOException {
        List<Path> files = new ArrayList<>();
        List<BadSample> bad = new ArrayList<>(plan.bad());
        List<UdacityLog.Row> rows = new ArrayList<>();
        List<FrameTally> tallies = new ArrayList<>();
        List<Thumbnails.Thumbnail> thumbnails = new ArrayList<>();
        long frames = 0;
        for (VideoPart part : parts) {
            String output = PrepareDrive.output(job, part);
            PackedShard written = job.journal()
                    .finished(output)
                    .orElseThrow(() -> new IOException(job.folder() + ": the notes on " + part.shard() + " are lost"));
            bad.addAll(job.journal().bad(output));
            tallies.add(job.journal().tally(output));
            thumbnails.addAll(job.journal().thumbnails(output));
            frames += written.records();
            if (job.kind() != Kind.FRAMES || part.log() == null) {
                if (written.records() > 0) {
                    files.add(job.folder().resolve(written.file()));
                }
                continue;
            }
            Path log = PrepareDrive.frameLog(job, part.drive());
            for (SteeringLog.Row row : SteeringLog.read(log).rows()) {
                String image = PrepareDrive.image(job, part, row.frame());
                rows.add(new UdacityLog.Row(image, "", "", row.wheel(), 0, 0, 0));
            }
        }
        if (bad.size() > job.options().errors().maxErrors()) {
            throw bad.get(bad.size() - 1).toException();
        }
        if (job.kind() == Kind.FRAMES && job.options().records().logged()) {
            Path log = job.folder().resolve("driving_log.csv");
            new UdacityLog(rows).write(log);
            files.add(log);
        }
        for (VideoPart part : parts) {
            Files.deleteIfExists(PrepareDrive.frameLog(job, part.drive()));
        }
        VideoReportFile.write(
                tallies,
                bad,
                thumbnails,
                job.folder().resolve("report.html"),
                job.folder().resolve("contact-sheet.jpg"));
        return new Result(files, frames, plan.reports(), tallies, bad);
    }
}
