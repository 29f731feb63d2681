package org.batchmill.jobs.task;

import java.util.List;
import org.batchmill.augment.transform.Policy;
import org.batchmill.augment.transform.SteeringRule;
import org.batchmill.batches.Batch;
import org.batchmill.ingest.sources.kafka.SampleCheck;
import org.batchmill.jobs.PixelSize;
import org.batchmill.jobs.options.FrameOptions;
import org.batchmill.jobs.steering.DriveAngles;
import org.batchmill.jobs.steering.ShownFrames;
import org.batchmill.jobs.steering.SteeringInput;
import org.batchmill.records.Labels;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.train.task.SteeringView;
import org.batchmill.train.task.TaskDescription;

/** Steering angles with NVIDIA's network (Bojarski et al. 2016). */
final class SteeringDefinition implements TaskDefinition {

    private static final String DEFAULT_MODEL = "pilotnet-small";

    /** Neighbouring frames are nearly equal: a sequence wants some time between them, at 14 frames a second about 0.2 s. */
    private static final int DEFAULT_GAP = 3;

    private static final int DEFAULT_SEQUENCE = 4;

    @Override
    public String family() {
        return "pilotnet";
    }

    @Override
    public int usualBatch(TrainOptions options, long samples) {
        return 64;
    }

    @Override
    public String usualModel() {
        return DEFAULT_MODEL;
    }

    @Override
    public String checkpointKind() {
        return SteeringTask.KIND;
    }

    @Override
    public NetworkTask untrained(Network network, List<String> classes) {
        return new Steering(new SteeringTask(0));
    }

    @Override
    public NetworkTask restore(TaskDescription description) {
        return new Steering(SteeringTask.of(description));
    }

    @Override
    public SampleCheck labels(List<String> classes) {
        return sample -> LabelCheck.require(
                sample.labels() instanceof Labels.Steering steering && Float.isFinite(steering.angle()),
                sample,
                "steering angle");
    }

    @Override
    public InputView view(TrainOptions options) {
        return new DriveView(input(options));
    }

    private static SteeringInput input(TrainOptions options) {
        FrameOptions frames = options.frames();
        String model = options.optimization().model == null ? DEFAULT_MODEL : options.optimization().model;
        int count = frames.frames == null ? (model.equals("pilotnet-lstm") ? DEFAULT_SEQUENCE : 1) : frames.frames;
        int gap = frames.frameGap == null ? (count == 1 ? 1 : DEFAULT_GAP) : frames.frameGap;
        if (count < 1 || gap < 1) {
            throw new OptionException("{frames} and {frame-gap} are at least 1, not " + count + " and " + gap);
        }
        SteeringView usual = SteeringRecipe.named(options.optimization().recipe).view();
        SteeringView view = new SteeringView(
                frames.crop == null ? usual.crop() : frames.crop.text(),
                frames.colour == null ? usual.colour() : frames.colour,
                count,
                gap);
        return new SteeringInput(view, network(model, frames.inputSize, count));
    }

    private static Network network(String model, PixelSize image, int frames) {
        ModelOptions options = ModelOptions.classes(1).frames(frames);
        if (image != null) {
            options = options.image(image.height(), image.width());
        }
        try {
            return Models.byName(model, options);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    @Override
    public Learning learning(TrainOptions options, Policy policy, SampleSource source, Checkpoint resumed) {
        SteeringInput input = input(options);
        SteeringRecipe recipe = SteeringRecipe.named(options.optimization().recipe);
        // A stream's mean is not known before it was seen.
        DriveAngles angles = source instanceof ShownFrames frames ? frames.angles() : null;
        double range = angles == null ? 1 : angles.range();
        int batch = batch(options, Learning.size(source));
        Recipe training = recipe.training(
                batch,
                RecipeOptions.steps(options.optimization(), Learning.size(source), batch, SteeringRecipe.EPOCHS));
        Policy varied = policy == null
                ? recipe.policy().withSteering(new SteeringRule(SteeringRule.DEFAULT.gain() * range, range))
                : policy;
        return new Learning(
                input.network(),
                new Steering(new SteeringTask(angles == null ? 0 : angles.mean(), range, input.view())),
                training,
                angles == null ? input.streamed(input.coloured(varied)) : input.coloured(varied),
                angles == null ? input.streamed(input.coloured(Policy.NONE)) : input.coloured(Policy.NONE),
                Batch.Format.UINT8_NHWC);
    }
}
