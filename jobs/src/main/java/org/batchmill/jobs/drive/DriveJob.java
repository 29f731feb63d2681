package org.batchmill.jobs.drive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.DryRun;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.model.PipelinePredictor;
import org.batchmill.jobs.model.SamplePredictor;
import org.batchmill.jobs.model.TrainedModel;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.steering.RecentFrames;
import org.batchmill.jobs.steering.SteeringInput;
import org.batchmill.records.Labels;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Overwriting;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.DriveVideo;
import org.batchmill.video.FrameLabels;
import org.batchmill.video.FrameShape;
import org.batchmill.video.JoinOptions;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoInfo;
import org.batchmill.video.VideoOptions;
import org.batchmill.video.VideoReader;

/** Predicts a steering angle for each frame of a video and draws it onto the video. */
public final class DriveJob {

    private static final String WORK = "driving";

    private DriveJob() {}

    /**
     * Predicts and draws. Crop, colour and the number of frames a prediction takes are those that the network was trained with.
     *
     * @param checkpoint a checkpoint or a run folder
     * @return frames written
     */
    public static long run(
            Path checkpoint, Path video, DriveOptions options, EngineOptions engine, JobListener listener)
            throws IOException, InterruptedException {
        Path out = options.out;
        if (out == null) {
            throw new OptionException("{out} says which video to write");
        }
        Overwriting.refuse(out, video, options.truth, checkpoint);
        float[] targets = options.truth == null ? null : targets(video, options.truth);
        try (TrainedModel model = TrainedModel.load(List.of(checkpoint), 1, engine, listener)) {
            SteeringTask task = model.networkTask().driver(checkpoint);
            SteeringInput input = new SteeringInput(task.view(), model.network());
            FrameShape shape = input.driving(options.crop, info(video), video.toString());
            float[] predicted = predict(model, video, shape, input, listener);
            listener.log("drawing " + out);
            return DriveVideo.draw(video, predicted, targets, (float) task.range(), out);
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
            return new DryRun(Map.of("frames", reader.countFrames()), List.of(options.out));
        }
    }

    /**
     * The network at work on images of any origin.
     *
     * @param rows images predicted at a time
     * @return says {@code steering} of a sample; the caller closes it
     * @throws UsageException if the network takes several frames, whose order images of any origin do not have
     */
    public static SamplePredictor predictor(Path checkpoint, int rows, EngineOptions engine, JobListener listener)
            throws IOException {
        TrainedModel model = TrainedModel.load(List.of(checkpoint), rows, engine, listener);
        try {
            int frames = model.networkTask().driver(checkpoint).view().frames();
            if (frames > 1) {
                throw new UsageException(checkpoint + ": the network takes " + frames
                        + " frames one behind the other; images that come one by one have no order");
            }
            return new PipelinePredictor(
                    model,
                    rows,
                    Policy.NONE,
                    new Labels.Steering(0),
                    (outputs, row) -> Collections.singletonMap("steering", JsonLine.finite(outputs[row])));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
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

    private static float[] predict(
            TrainedModel model, Path video, FrameShape shape, SteeringInput input, JobListener listener)
            throws IOException, InterruptedException {
        RecentFrames recent = new RecentFrames(input.stack(), input.view().gap());
        float[] angles = new float[1024];
        int count = 0;
        float[] output = new float[1];
        try (VideoReader reader = VideoReader.open(video, VideoOptions.DEFAULT.shape(shape))) {
            while (true) {
                try (VideoFrame frame = reader.next()) {
                    if (frame == null) {
                        break;
                    }
                    model.predictor().predict(recent.with(frame.pixels()), 1, output);
                    angles = count == angles.length ? Arrays.copyOf(angles, 2 * count) : angles;
                    angles[count++] = output[0];
                }
                listener.progress(WORK, count, 0, "");
            }
        }
        listener.finished(WORK);
        return Arrays.copyOf(angles, count);
    }

    private static VideoInfo info(Path video) throws IOException, InterruptedException {
        try (VideoReader reader = VideoReader.open(video, VideoOptions.DEFAULT.queuedFrames(1))) {
            return reader.info();
        }
    }
}
