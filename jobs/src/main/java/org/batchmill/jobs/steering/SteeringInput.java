package org.batchmill.jobs.steering;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.augment.transform.ColourSpace;
import org.batchmill.augment.transform.Crop;
import org.batchmill.augment.transform.Flip;
import org.batchmill.augment.transform.GeometricTransform;
import org.batchmill.augment.transform.Policy;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.jobs.options.Bytes;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Network;
import org.batchmill.train.task.SteeringView;
import org.batchmill.video.FrameCrop;
import org.batchmill.video.FrameShape;
import org.batchmill.video.PixelOrder;
import org.batchmill.video.VideoInfo;

/**
 * From data to what one steering network is shown. Immutable.
 *
 * @param view    what it sees of each frame
 * @param network whose image size and time steps count
 */
public record SteeringInput(SteeringView view, Network network) {

    public SteeringInput {
        int wanted = network.timeSteps() * network.input().channels();
        if (wanted != 3 * view.frames()) {
            throw new OptionException(network.name() + " takes " + wanted / 3 + " frames a sample, not " + view.frames()
                    + ": see {frames}");
        }
    }

    /** How frames are arranged in a sample. */
    public FrameStack stack() {
        return new FrameStack(
                view.frames(), network.input().height(), network.input().width(), network.timeSteps() > 1);
    }

    /** What the frames of videos are decoded to: already cut and at the network's size. */
    public SourceOptions.Frames decoding(Bytes cache) {
        return new SourceOptions.Frames(
                new FrameCrop(view.crop()),
                network.input().height(),
                network.input().width(),
                cache == null ? SourceOptions.Frames.WHOLE.budget() : cache.count());
    }

    /**
     * What the frames of a video that is driven are decoded to: cut, at the network's size and in its colours, so that they are the very
     * bytes that {@link #show} and {@link #coloured} make of them. A video that has the network's size was cut before.
     *
     * @param crop another than the network's, for another camera; null for its own
     * @param video the video
     * @param name of the video, for errors
     */
    public FrameShape driving(FrameCrop crop, VideoInfo video, String name) {
        FrameStack stack = stack();
        boolean cut = video.height() == stack.height() && video.width() == stack.width();
        return (cut ? FrameCrop.WHOLE : crop == null ? new FrameCrop(view.crop()) : crop)
                .shape(video.height(), video.width(), name)
                .size(stack.height(), stack.width())
                .order(PixelOrder.valueOf(view.colour().name()));
    }

    /**
     * Shows a source's frames as the network sees them. A stream comes as it is: see {@link #streamed}. Where several frames are wanted, its
     * samples must hold them, cut and at the network's size, as they come from {@link #show} of a drive.
     */
    public SampleSource show(SampleSource source) throws IOException {
        if (source instanceof SampleSource.Indexed indexed) {
            return new ShownFrames(indexed, new FrameCrop(view.crop()), stack(), view.gap());
        }
        return source;
    }

    /**
     * A policy for the frames of a stream, which come whole and are cut first; several in one sample were cut before they were sent.
     *
     * @throws UsageException if the crop is in pixels: the size of the frames is not known before they come
     */
    public Policy streamed(Policy policy) {
        FrameCrop crop = new FrameCrop(view.crop());
        if (crop.isWhole() || view.frames() > 1) {
            return policy;
        }
        List<Policy.Step> steps = new ArrayList<>();
        steps.add(new Policy.Step(crop.shares(), 1));
        steps.addAll(policy.steps());
        return new Policy(
                steps,
                policy.fit(),
                policy.border(),
                policy.boxes(),
                policy.steering(),
                policy.mixing(),
                policy.normalization());
    }

    /**
     * A policy for the frames as shown: what the user asks for, then the network's colour space.
     *
     * @throws UsageException if the policy does what the view does, or moves frames that lie one above the other
     */
    public Policy coloured(Policy policy) {
        for (Policy.Step step : policy.steps()) {
            if (step.transform() instanceof Crop || step.transform() instanceof ColourSpace) {
                throw new OptionException("give {crop} and {colour} instead of the policy's "
                        + step.transform().getClass().getSimpleName()
                        + ": they are kept in the checkpoint, for eval and drive");
            }
            if (network.timeSteps() > 1
                    && step.transform() instanceof GeometricTransform
                    && !(step.transform() instanceof Flip)) {
                throw new UsageException(network.name()
                        + " reads frames one behind the other: of the policy's geometry it" + " bears flips alone, not "
                        + step.transform().getClass().getSimpleName());
            }
        }
        return view.colour() == SteeringView.Colour.RGB
                ? policy
                : policy.with(
                        new ColourSpace(ColourSpace.Space.valueOf(view.colour().name())));
    }
}
