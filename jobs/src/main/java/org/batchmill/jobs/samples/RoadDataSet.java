package org.batchmill.jobs.samples;

import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.EmptyFolder;
import org.batchmill.records.UsageException;
import org.batchmill.records.annotations.SteeringLog;
import org.batchmill.video.VideoWriter;
import org.batchmill.video.WriterOptions;
import org.bytedeco.opencv.opencv_core.Mat;

/** Drive videos along drawn roads with their steering logs, {@code epochNN_front.mp4} and {@code epochNN_steering.csv}. Stateless. */
public final class RoadDataSet {

    private static final String WORK = "drawing";
    private static final int FRAMES_A_DRIVE = 250;
    private static final long MICROS = 1_000_000;

    private RoadDataSet() {}

    /**
     * Draws and writes drives of 250 frames, the last one shorter.
     *
     * @param folder an empty or a new folder
     * @param count  frames in all
     * @param seed   drive i is a function of (seed, i)
     * @throws UsageException if the folder holds something already
     */
    public static void write(Path folder, int count, long seed, JobListener listener)
            throws IOException, InterruptedException {
        if (count < 1) {
            throw new UsageException("the number of frames must be at least 1, not " + count);
        }
        EmptyFolder.make(folder);
        int done = 0;
        for (int epoch = 1; done < count; epoch++) {
            RoadDrive drive = new RoadDrive(seed * 1000 + epoch, Math.min(FRAMES_A_DRIVE, count - done));
            write(folder, String.format(Locale.ROOT, "epoch%02d", epoch), drive);
            done += drive.frames();
            listener.progress(WORK, done, count, "");
        }
        listener.finished(WORK);
    }

    private static void write(Path folder, String name, RoadDrive drive) throws IOException {
        List<SteeringLog.Row> rows = new ArrayList<>();
        try (VideoWriter writer = VideoWriter.create(
                folder.resolve(name + "_front.mp4"),
                RoadImage.HEIGHT,
                RoadImage.WIDTH,
                WriterOptions.at(RoadDrive.FRAMES_A_SECOND))) {
            for (int frame = 0; frame < drive.frames(); frame++) {
                writer.write(ByteBuffer.wrap(rgb(drive, frame)));
                long micros = Math.round(frame * MICROS / RoadDrive.FRAMES_A_SECOND);
                rows.add(new SteeringLog.Row(OptionalLong.of(micros), frame, drive.angle(frame)));
            }
            writer.finish();
        }
        new SteeringLog(rows).write(folder.resolve(name + "_steering.csv"));
    }

    static byte[] rgb(RoadDrive drive, int frame) {
        try (Mat image = drive.image(frame);
                Mat rgb = new Mat()) {
            cvtColor(image, rgb, COLOR_BGR2RGB);
            byte[] pixels = new byte[RoadImage.WIDTH * RoadImage.HEIGHT * 3];
            rgb.data().get(pixels);
            return pixels;
        }
    }
}
