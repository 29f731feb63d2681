package org.batchmill.jobs.drive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.model.TrainedModel;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.steering.FrameStack;
import org.batchmill.jobs.steering.RecentFrames;
import org.batchmill.jobs.steering.SteeringInput;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.video.FrameCrop;
import org.batchmill.video.FrameShape;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoInfo;

/**
 * A steering network at work on the frames of one video in their order, several at a time. Used by one thread; owns the model until it is
 * closed.
 */
final class DriveNetwork implements AutoCloseable {

    /** Frames predicted at a time: more are hardly faster. */
    static final int MOST = 8;

    private final TrainedModel model;
    private final SteeringTask task;
    private final SteeringInput input;
    private final RecentFrames recent;
    private final ByteBuffer rows;
    private final float[] outputs = new float[MOST];

    private DriveNetwork(TrainedModel model, SteeringTask task) {
        this.model = model;
        this.task = task;
        this.input = new SteeringInput(task.view(), model.network());
        FrameStack stack = input.stack();
        this.recent = new RecentFrames(stack, task.view().gap());
        this.rows = ByteBuffer.allocateDirect(MOST * stack.bytes()).order(ByteOrder.nativeOrder());
    }

    static DriveNetwork load(Path checkpoint, EngineOptions engine, JobListener listener) throws IOException {
        TrainedModel model = TrainedModel.load(List.of(checkpoint), MOST, engine, listener);
        try {
            return new DriveNetwork(model, model.networkTask().driver(checkpoint));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** The largest angle of the training data. */
    float range() {
        return (float) task.range();
    }

    /** What it is shown of a video's frames: see {@link SteeringInput#driving}. */
    FrameShape shape(FrameCrop crop, VideoInfo video, String name) {
        return input.driving(crop, video, name);
    }

    /**
     * Predicts the angles of the next frames.
     *
     * @param frames the second of each in the network's {@link #shape}; at most {@link #MOST}
     * @return an angle for each and whatever behind, valid until the next call
     */
    float[] angles(Collection<VideoFrame> frames) {
        rows.clear();
        for (VideoFrame frame : frames) {
            rows.put(recent.with(frame.second().pixels()));
        }
        model.predictor().predict(rows.flip(), frames.size(), outputs);
        return outputs;
    }

    @Override
    public void close() {
        model.close();
    }
}
