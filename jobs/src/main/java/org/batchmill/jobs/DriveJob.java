package org.batchmill.jobs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Shape;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.DriveFilm;
import org.batchmill.video.FrameLabels;
import org.batchmill.video.FrameShape;
import org.batchmill.video.JoinOptions;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoOptions;
import org.batchmill.video.VideoReader;

/** Predicts a steering angle for each frame of a video and draws it onto the film. */
public final class DriveJob {

    private static final String WORK = "driving";

    private DriveJob() {}

    /**
     * Predicts and draws.
     *
     * @param checkpoint a checkpoint or a run folder
     * @param frames     crop and colour as in training; the size is the network's
     * @param log        the true angles, a row a frame; null for none
     * @param out        the film
     * @return frames written
     */
    public static long run(
            Path checkpoint,
            Path video,
            FrameShape frames,
            Path log,
            Path out,
            EngineOptions engine,
            JobListener listener)
            throws IOException, InterruptedException {
        float[] truth = log == null ? null : truth(video, log);
        float[] predicted = predict(checkpoint, video, frames, engine, listener);
        listener.says("drawing " + out);
        return DriveFilm.draw(video, predicted, truth, out);
    }

    private static float[] truth(Path video, Path log) throws IOException, InterruptedException {
        FrameLabels labels =
                FrameLabels.join(new DriveEpoch(video.getFileName().toString(), video, log), JoinOptions.DEFAULT);
        float[] angles = new float[labels.frames()];
        for (int i = 0; i < angles.length; i++) {
            angles[i] = labels.angle(i);
        }
        return angles;
    }

    private static float[] predict(
            Path checkpoint, Path video, FrameShape frames, EngineOptions engine, JobListener listener)
            throws IOException, InterruptedException {
        try (TrainedModel model = TrainedModel.load(List.of(checkpoint), 1, engine)) {
            if (!(model.task() instanceof SteeringTask)) {
                throw new UsageException(checkpoint + " does not steer: it was trained for "
                        + model.task().description().kind());
            }
            Shape input = model.network().input();
            FrameShape shape = frames.size(input.height(), input.width());
            float[] angles = new float[1024];
            int count = 0;
            float[] output = new float[1];
            FrameWindow window = new FrameWindow(model.network().timeSteps());
            try (VideoReader reader = VideoReader.open(video, VideoOptions.DEFAULT.shape(shape))) {
                while (true) {
                    try (VideoFrame frame = reader.next()) {
                        if (frame == null) {
                            break;
                        }
                        ByteBuffer pixels = window.add(frame.pixels());
                        model.predictor().predict(pixels, 1, output);
                        angles = count == angles.length ? Arrays.copyOf(angles, 2 * count) : angles;
                        angles[count++] = output[0];
                    }
                    listener.progress(WORK, count, 0, "");
                }
            }
            listener.finished(WORK);
            return Arrays.copyOf(angles, count);
        }
    }
}
