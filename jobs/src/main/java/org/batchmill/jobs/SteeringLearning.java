package org.batchmill.jobs;

import java.io.IOException;
import org.batchmill.augment.Batch;
import org.batchmill.augment.transform.DarknetColour;
import org.batchmill.augment.transform.Flip;
import org.batchmill.augment.transform.Policy;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.SteeringTask;

/** Steering angles with NVIDIA's network (Bojarski et al. 2016). */
final class SteeringLearning {

    private static final String DEFAULT_MODEL = "pilotnet-small";
    private static final int DEFAULT_EPOCHS = 24;
    private static final int DEFAULT_BATCH = 64;

    /** Of networks of sequences. */
    private static final int DEFAULT_FRAMES = 5;

    private SteeringLearning() {}

    static Learning of(TrainOptions options, Policy policy, SampleSource source, long samples) throws IOException {
        int frames = options.input().frames() == null
                ? DEFAULT_FRAMES
                : options.input().frames();
        Network network = Models.byName(
                options.optimization().model() == null
                        ? DEFAULT_MODEL
                        : options.optimization().model(),
                new ModelOptions(1, 1, frames, Layer.BatchNorm.Rule.STANDARD));
        if (options.input().frames() != null && network.timeSteps() != frames) {
            throw new UsageException(
                    "--frames is for networks of sequences, as pilotnet-lstm, not for " + network.name());
        }
        int batch = options.input().batch() == null
                ? DEFAULT_BATCH
                : options.input().batch();
        long steps = RecipeOptions.steps(options.optimization(), samples, batch, DEFAULT_EPOCHS);
        Recipe recipe = new Recipe(
                "steering",
                batch,
                1,
                steps,
                new Optimizer.Adam(.9f, .999f, 1e-8f),
                new Schedule.Constant(3e-4),
                0,
                0,
                Recipe.Augmentation.NONE,
                .999,
                0);
        return new Learning(
                network,
                new SteeringTask(meanAngle(source)),
                new MeanSquaredError(),
                recipe,
                policy == null ? augmentation(network) : policy,
                Policies.evaluation(policy == null ? Policy.NONE : policy),
                Batch.Format.UINT8_NHWC);
    }

    /** What moves or turns a picture would move the frames of a sequence into each other. */
    private static Policy augmentation(Network network) {
        return network.timeSteps() == 1
                ? Policy.forSteering()
                : Policy.NONE.with(new Flip(), .5).with(new DarknetColour(0, 1.2, 1.4));
    }

    /** The prediction of the simplest baseline; 0 for a stream, whose mean is not known before it was seen. */
    private static double meanAngle(SampleSource source) throws IOException {
        if (!(source instanceof SampleSource.Indexed indexed)) {
            return 0;
        }
        double sum = 0;
        for (long i = 0; i < indexed.size(); i++) {
            Sample sample = indexed.read(i);
            if (!(sample.labels() instanceof Labels.Steering steering)) {
                throw new DataException(
                        DataException.Kind.BAD_ANNOTATION, sample.id().value(), "has no steering angle");
            }
            sum += steering.angle();
        }
        return sum / indexed.size();
    }
}
