package org.batchmill.ingest.packing;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
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
     * @param bad     frames and drives that were left out
     */
    public record Result(List<Path> files, long frames, Map<String, JoinReport> reports, List<BadSample> bad) {}

    /** What every worker is told. */
    record Job(VideoPackOptions options, Kind kind) implements Serializable {

        Path folder() {
            return Path.of(options.prefix());
        }

        /** The workers' notes. */
        Journal journal() {
            return new Journal(folder().resolve(".preparation"));
        }
    }

    private VideoPreparation() {}

    /**
     * Prepares drives.
     *
     * @param options the prefix is the folder to write; of the split only the names of drives count
     * @throws UsageException if the folder holds something already
     */
    public static Result run(VideoPackOptions options, Kind kind) throws IOException, InterruptedException {
        if (!options.split().parts().isEmpty()) {
            throw new OptionException("videos and folders of frames are not divided: pack them with {split}");
        }
        VideoPlan plan = VideoPlan.of(options.withLongest(Integer.MAX_VALUE));
        Job job = new Job(options, kind);
        EmptyFolder.make(job.folder());
        job.journal().begin("preparation", job.folder().resolve("dataset.json"));
        List<VideoPart> parts = new ArrayList<>();
        for (VideoPlan.Run run : plan.runs()) {
            parts.add(new VideoPart(
                    run.epoch().video().toString(),
                    run.from(),
                    run.to(),
                    "",
                    run.epoch().name()));
        }
        Pipeline pipeline = Pipeline.create(RunnerOptions.of(PackOptions.of(options.folder(), options.prefix())
                .withRunner(options.runner(), List.of())
                .withParallelism(options.workers())));
        pipeline.apply("Drives", Create.of(parts).withCoder(SerializableCoder.of(VideoPart.class)))
                .apply("ShareOut", Reshuffle.viaRandomKey())
                .apply("Write", ParDo.of(new PrepareDrive(job)));
        PipelineRun.toEnd(pipeline, () -> {});
        Result result = gather(job, plan, parts);
        job.journal().remove();
        return result;
    }

    private static Result gather(Job job, VideoPlan plan, List<VideoPart> parts) throws IOException {
        List<Path> files = new ArrayList<>();
        List<BadSample> bad = new ArrayList<>(plan.bad());
        List<UdacityLog.Row> rows = new ArrayList<>();
        long frames = 0;
        for (VideoPart part : parts) {
            PackedShard written = job.journal()
                    .finished(PrepareDrive.output(job, part.shard()))
                    .orElseThrow(() -> new IOException(job.folder() + ": the notes on " + part.shard() + " are lost"));
            bad.addAll(job.journal().bad(PrepareDrive.output(job, part.shard())));
            frames += written.records();
            if (job.kind() != Kind.FRAMES) {
                files.add(job.folder().resolve(written.file()));
                continue;
            }
            Path log = PrepareDrive.frameLog(job, part.shard());
            for (SteeringLog.Row row : SteeringLog.read(log).rows()) {
                String image = PrepareDrive.image(job, part.shard(), row.frame());
                rows.add(new UdacityLog.Row(image, "", "", row.wheel(), 0, 0, 0));
            }
            Files.delete(log);
        }
        if (bad.size() > job.options().maxErrors()) {
            throw bad.get(bad.size() - 1).toException();
        }
        if (job.kind() == Kind.FRAMES) {
            Path log = job.folder().resolve("driving_log.csv");
            new UdacityLog(rows).write(log);
            files.add(log);
        }
        return new Result(files, frames, plan.reports(), bad);
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
