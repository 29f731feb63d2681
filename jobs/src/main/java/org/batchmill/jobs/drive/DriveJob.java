package org.batchmill.jobs.drive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.DryRun;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.OutputLock;
import org.batchmill.jobs.model.PipelinePredictor;
import org.batchmill.jobs.model.SamplePredictor;
import org.batchmill.jobs.model.TrainedModel;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.steering.DriveWindows;
import org.batchmill.jobs.steering.SteeringInput;
import org.batchmill.jobs.task.AnglePredictions;
import org.batchmill.records.Labels;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleId;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Overwriting;
import org.batchmill.train.task.SteeringView;
import org.batchmill.video.DrawnVideo;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.DriveVideo;
import org.batchmill.video.FrameLabels;
import org.batchmill.video.FrameShape;
import org.batchmill.video.JoinOptions;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoInfo;
import org.batchmill.video.VideoReader;

/** Predicts a steering angle for each frame of a video and draws it onto the video. Stateless. */
public final class DriveJob {

    private static final String WORK = "driving";

    private DriveJob() {}

    /**
     * Predicts and draws. Crop, colour and the number of frames a prediction takes are those that the network was trained with.
     *
     * @param checkpoint a checkpoint or a run folder
     * @return frames written
     * @throws UsageException if another job writes the same file
     */
    @SuppressWarnings("try") // a lock is held, not asked
    public static long run(
            Path checkpoint, Path video, DriveOptions options, EngineOptions engine, JobListener listener)
            throws IOException, InterruptedException {
        Path out = options.out;
        if (out == null) {
            throw new OptionException("{out} says which video to write");
        }
        Overwriting.refuse(out, video, options.truth, checkpoint);
        if (options.predictions != null) {
            Overwriting.refuse(options.predictions, video, options.truth, checkpoint, out);
        }
        float[] targets = options.truth == null ? null : targets(video, options.truth);
        try (OutputLock lock = OutputLock.ofFiles(options.outputs());
                DriveNetwork network = DriveNetwork.load(checkpoint, engine, listener);
                VideoReader reader = VideoReader.open(video)) {
            VideoInfo info = reader.info();
            FrameShape drawn = DriveVideo.shape(info);
            reader.shapes(drawn, network.shape(options.crop, info, video.toString()));
            try (DriveVideo drawing = DriveVideo.create(out, info, targets, network.range())) {
                listener.log("drawing " + out);
                int most = DrawnVideo.atOnce(drawn.height(), drawn.width(), DriveNetwork.MOST);
                float[] predicted = drive(reader, most, network, drawing, listener);
                if (options.predictions != null) {
                    write(video, predicted, targets, options.predictions);
                }
                drawing.finish();
                return predicted.length;
            }
        }
    }

    /**
     * What {@link #run} would read and write. Reads the packets of the video and decodes none.
     *
     * @throws IOException if the video cannot be read
     */
    public static DryRun preview(Path video, DriveOptions options) throws IOException, InterruptedException {
        if (options.out == null) {
            throw new OptionException("{out} says which video to write");
        }
        try (VideoReader reader = VideoReader.open(video)) {
            return new DryRun(Map.of("frames", reader.countFrames()), options.outputs());
        }
    }

    /**
     * The network at work on the frames of a stream. One of several frames remembers those before, and is told of messages in their order.
     *
     * @param rows  images predicted at a time
     * @param reach in how many offsets before a message the frames before it are looked for
     * @return says {@code steering} of a sample; the caller closes it
     */
    public static SamplePredictor predictor(
            Path checkpoint, int rows, long reach, EngineOptions engine, JobListener listener) throws IOException {
        TrainedModel model = TrainedModel.load(List.of(checkpoint), rows, engine, listener);
        try {
            SteeringView view = model.networkTask().driver(checkpoint).view();
            Labels labels = new Labels.Steering(0);
            if (view.frames() == 1) {
                return new PipelinePredictor(model, rows, Policy.NONE, labels, DriveJob::said);
            }
            return new DrivePredictor(
                    PipelinePredictor.ofShown(model, rows, Policy.NONE, labels, DriveJob::said),
                    new DriveWindows(new SteeringInput(view, model.network()), reach));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static Map<String, Object> said(float[] outputs, int row) {
        return Collections.singletonMap("steering", JsonLine.finite(outputs[row]));
    }

    private static void write(Path video, float[] predicted, float[] targets, Path csv) throws IOException {
        AnglePredictions angles = new AnglePredictions();
        String name = video.getFileName().toString();
        for (int i = 0; i < predicted.length; i++) {
            float truth = targets == null || i >= targets.length ? Float.NaN : targets[i];
            angles.add(SampleId.ofFrame(name, i).value(), truth, predicted[i]);
        }
        angles.write(csv);
    }

    private static float[] targets(Path video, Path log) throws IOException, InterruptedException {
        FrameLabels labels =
                FrameLabels.join(new DriveEpoch(video.getFileName().toString(), video, log), JoinOptions.DEFAULT);
        float[] angles = new float[labels.frames()];
        for (int i = 0; i < angles.length; i++) {
            angles[i] = labels.angle(i);
        }
        return angles;
    }

    /**
     * Predicts several frames at a time, while those before are drawn and the next are decoded.
     *
     * @return the angles of all
     */
    private static float[] drive(
            VideoReader reader, int most, DriveNetwork network, DriveVideo drawing, JobListener listener)
            throws IOException, InterruptedException {
        float[] angles = new float[1024];
        int count = 0;
        Deque<VideoFrame> frames = new ArrayDeque<>();
        try {
            while (read(reader, most, frames)) {
                float[] next = network.angles(frames);
                angles = count + most > angles.length ? Arrays.copyOf(angles, 2 * angles.length) : angles;
                for (int i = 0; !frames.isEmpty(); i++) {
                    angles[count++] = next[i];
                    drawing.add(frames.remove(), next[i]);
                }
                listener.progress(WORK, count, 0, "");
            }
        } finally {
            frames.forEach(VideoFrame::close);
        }
        listener.finished(WORK);
        return Arrays.copyOf(angles, count);
    }

    /** False behind the last frame. */
    private static boolean read(VideoReader reader, int most, Collection<VideoFrame> frames)
            throws IOException, InterruptedException {
        while (frames.size() < most) {
            VideoFrame frame = reader.next();
            if (frame == null) {
                break;
            }
            frames.add(frame);
        }
        return !frames.isEmpty();
    }
}
