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
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.video.FrameShape;
import org.batchmill.video.VideoCodec;
import org.batchmill.video.VideoFrame;
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

    /** To wait for the disk image by image takes longer than decoding. */
    private static final int SYNCED_TOGETHER = 500;

    private final VideoPreparation.Job job;
    private final String name;

    /** @param name of the job at the {@link WorkGate} */
    PrepareDrive(VideoPreparation.Job job, String name) {
        this.job = job;
        this.name = name;
    }

    @ProcessElement
    public void prepare(@Element VideoPart part, OutputReceiver<String> out) throws IOException, InterruptedException {
        WorkGate gate = WorkGate.of(name, job.journal());
        gate.pass(() -> prepare(part, gate));
        out.output(output(job, part));
    }

    private void prepare(VideoPart part, WorkGate gate) throws IOException, InterruptedException {
        String output = output(job, part);
        if (job.journal().finished(output).isPresent()) {
            gate.advance(part.to() - part.from());
            return;
        }
        DriveFrames frames = DriveFrames.open(job.options(), part.epoch());
        Thumbnails thumbnails = new Thumbnails(part.thumbnails());
        List<SteeringLog.Row> rows = new ArrayList<>();
        long written = job.kind() == Kind.FRAMES
                ? images(part, frames, thumbnails, rows, gate)
                : video(part, frames, thumbnails, rows, gate);
        if (frames.labels().logged()) {
            new SteeringLog(rows)
                    .write(
                            job.kind() == Kind.FRAMES
                                    ? frameLog(job, part.drive())
                                    : job.folder().resolve(part.drive() + "_steering.csv"));
        }
        job.journal().addBad(output, frames.bad());
        job.journal().addFrames(output, frames.tally(), thumbnails.spread());
        job.journal().add(new PackedShard(output, "", written, 0, ""));
        gate.advance(part.to() - part.from());
    }

    /** Where a worker leaves the rows of one drive until the log of all is written. */
    static Path frameLog(VideoPreparation.Job job, String drive) {
        return job.folder().resolve("." + drive + "_steering.csv");
    }

    /** The path of a frame's image below the folder. */
    static String image(VideoPreparation.Job job, VideoPart part, long frame) {
        return String.format(
                Locale.ROOT,
                "%s%06d.%s",
                part.log() == null ? part.drive() + "/" : "IMG/" + part.drive() + "_front_",
                frame,
                job.options().frames().jpeg() > 0 ? "jpg" : "png");
    }

    /** What a video becomes: the name of a video, or of the images. */
    static String output(VideoPreparation.Job job, VideoPart part) {
        String suffix = job.kind() == Kind.LOSSLESS ? ".mkv" : ".mp4";
        if (part.log() == null) {
            // a.mov becomes a.mov.mp4, so that it is not what a.mp4 becomes.
            boolean named = part.drive().endsWith(suffix) || job.kind() == Kind.FRAMES;
            return part.drive() + (named ? "" : suffix);
        }
        return part.drive() + "_front" + (job.kind() == Kind.FRAMES ? "" : suffix);
    }

    private long images(
            VideoPart part, DriveFrames frames, Thumbnails thumbnails, List<SteeringLog.Row> rows, WorkGate gate)
            throws IOException, InterruptedException {
        List<Path> written = new ArrayList<>();
        frames.read(part.from(), part.to(), true, moment -> {
            gate.checkGoing();
            VideoFrame frame = moment.frame();
            Path image = job.folder().resolve(image(job, part, frame.number()));
            Files.createDirectories(image.getParent());
            try (PendingFile file = Storage.of(image).create(image)) {
                file.write(frames.encode(frame).duplicate());
                file.commitUnsynced();
            }
            written.add(image);
            if (written.size() == SYNCED_TOGETHER) {
                Storage.sync(written);
                written.clear();
            }
            rows.add(new SteeringLog.Row(OptionalLong.empty(), frame.number(), moment.angle()));
            thumbnails.take(part.epoch().videoName(), frame);
        });
        // Before the journal says that the video is finished.
        Storage.sync(written);
        return rows.size();
    }

    private long video(
            VideoPart part, DriveFrames frames, Thumbnails thumbnails, List<SteeringLog.Row> rows, WorkGate gate)
            throws IOException, InterruptedException {
        VideoInfo info = frames.info();
        FrameShape shape = job.options().shape(info, part.video());
        double rate = info.frameRate() > 0 && info.frameRate() <= 1000 ? info.frameRate() : 25;
        WriterOptions options = WriterOptions.at(rate)
                .bitsPerPixel(BITS_PER_PIXEL)
                .codec(job.kind() == Kind.LOSSLESS ? VideoCodec.FFV1 : VideoCodec.H264);
        Path video = job.folder().resolve(output(job, part));
        Files.createDirectories(video.getParent());
        long[] written = {0};
        long[] first = {0};
        try (VideoWriter writer = VideoWriter.create(
                video, shape.outputHeight(info.height()), shape.outputWidth(info.width()), options)) {
            frames.read(part.from(), part.to(), false, moment -> {
                gate.checkGoing();
                if (written[0] == 0) {
                    first[0] = moment.frame().timeMicros();
                }
                writer.writeAt(moment.frame().pixels(), moment.frame().timeMicros() - first[0]);
                if (!Float.isNaN(moment.angle())) {
                    rows.add(new SteeringLog.Row(OptionalLong.empty(), written[0], moment.angle()));
                }
                thumbnails.take(part.epoch().videoName(), moment.frame());
                written[0]++;
            });
            if (written[0] > 0) {
                writer.finish();
            }
        }
        return written[0];
    }
}
