package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.beam.sdk.transforms.DoFn;
import org.batchmill.ingest.packing.VideoPreparation.Kind;
import org.batchmill.records.annotations.SteeringLog;
import org.batchmill.records.storage.Storage;
import org.batchmill.video.FrameShape;
import org.batchmill.video.VideoCodec;
import org.batchmill.video.VideoInfo;
import org.batchmill.video.VideoWriter;
import org.batchmill.video.WriterOptions;

/**
 * Writes one drive anew: a video with its log, or an image a frame. Frames of a video are numbered by their place in it, so a frame
 * that is left out takes its row of the log with it, and the rows behind it move up.
 */
final class PrepareDrive extends DoFn<VideoPart, String> {

    private static final long serialVersionUID = 1L;

    /** Twice what a video to look at takes: it is to be learnt from. */
    private static final double BITS_PER_PIXEL = .5;

    private final VideoPreparation.Job job;

    PrepareDrive(VideoPreparation.Job job) {
        this.job = job;
    }

    @ProcessElement
    public void prepare(@Element VideoPart part, OutputReceiver<String> out) throws IOException, InterruptedException {
        DriveFrames frames = DriveFrames.open(job.options(), part.video());
        List<SteeringLog.Row> rows = new ArrayList<>();
        long written = job.kind() == Kind.FRAMES ? images(part, frames, rows) : video(part, frames, rows);
        new SteeringLog(rows)
                .write(
                        job.kind() == Kind.FRAMES
                                ? frameLog(job, part.shard())
                                : job.folder().resolve(part.shard() + "_steering.csv"));
        String output = output(job, part.shard());
        job.journal().addBad(output, frames.bad());
        job.journal().add(new PackedShard(output, "", written, 0, ""));
        out.output(output);
    }

    /** Where a worker leaves the rows of one drive until the log of all is written. */
    static Path frameLog(VideoPreparation.Job job, String drive) {
        return job.folder().resolve("." + drive + "_steering.csv");
    }

    /** The path of a frame's image below the folder. */
    static String image(VideoPreparation.Job job, String drive, long frame) {
        return String.format(
                Locale.ROOT, "IMG/%s_front_%06d.%s", drive, frame, job.options().jpeg() > 0 ? "jpg" : "png");
    }

    /** What a drive becomes: the name of a video, or of the images. */
    static String output(VideoPreparation.Job job, String drive) {
        return drive
                + switch (job.kind()) {
                    case VIDEO -> "_front.mp4";
                    case LOSSLESS -> "_front.mkv";
                    case FRAMES -> "_front";
                };
    }

    private long images(VideoPart part, DriveFrames frames, List<SteeringLog.Row> rows)
            throws IOException, InterruptedException {
        Files.createDirectories(job.folder().resolve("IMG"));
        frames.read(part.from(), part.to(), (frame, angle) -> {
            if (!Float.isNaN(angle)) {
                Path image = job.folder().resolve(image(job, part.shard(), frame.number()));
                Storage.write(image, VideoPreparation.bytes(frames.encode(frame)));
                rows.add(new SteeringLog.Row(OptionalLong.empty(), frame.number(), angle));
            }
        });
        return rows.size();
    }

    private long video(VideoPart part, DriveFrames frames, List<SteeringLog.Row> rows)
            throws IOException, InterruptedException {
        VideoInfo info = frames.info();
        FrameShape shape = job.options().shape(info, part.video());
        double rate = info.frameRate() > 0 && info.frameRate() <= 1000 ? info.frameRate() : 25;
        WriterOptions options = WriterOptions.at(rate)
                .bitsPerPixel(BITS_PER_PIXEL)
                .codec(job.kind() == Kind.LOSSLESS ? VideoCodec.FFV1 : VideoCodec.H264);
        long[] written = {0};
        try (VideoWriter writer = VideoWriter.create(
                job.folder().resolve(output(job, part.shard())),
                shape.outputHeight(info.height()),
                shape.outputWidth(info.width()),
                options)) {
            frames.read(part.from(), part.to(), (frame, angle) -> {
                writer.writeAt(frame.pixels(), frame.timeMicros());
                if (!Float.isNaN(angle)) {
                    rows.add(new SteeringLog.Row(OptionalLong.empty(), written[0], angle));
                }
                written[0]++;
            });
            writer.finish();
        }
        return written[0];
    }
}
