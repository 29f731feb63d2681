package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.List;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.options.PolicyName;
import org.batchmill.records.SampleSource;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.recipe.Recipe;

/** Classifiers of small grey images: the first lesson. */
final class DigitsDefinition extends ClassifierDefinition {

    private static final String DEFAULT_MODEL = "digits-cnn";
    private static final int DEFAULT_EPOCHS = 8;

    private static final List<String> DIGITS = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    @Override
    public String family() {
        return "digits";
    }

    @Override
    public int usualBatch(TrainOptions options, long samples) {
        return 100;
    }

    @Override
    public String usualModel() {
        return DEFAULT_MODEL;
    }

    @Override
    public List<String> usualClasses() {
        return DIGITS;
    }

    @Override
    public Learning learning(TrainOptions options, Policy policy, SampleSource source, Checkpoint resumed)
            throws IOException {
        List<String> classes = Learning.classes(options, source, resumed);
        Network network = NamedModel.network(
                options.optimization().model == null ? DEFAULT_MODEL : options.optimization().model,
                ModelOptions.classes(classes.size()));
        int batch = batch(options, Learning.size(source));
        long steps = RecipeOptions.steps(options.optimization(), Learning.size(source), batch, DEFAULT_EPOCHS);
        // Flat networks are far from done after so few steps at a rate that suits the deeper ones: 86 % instead of 89.
        double rate = convolves(network) ? 1e-3 : 1e-2;
        Recipe recipe = Recipe.builder("digits")
                .batch(batch)
                .steps(steps)
                .optimizer(new Optimizer.Adam(.9f, .999f, 1e-8f))
                .schedule(steps == 0 ? new Schedule.Constant(rate) : new Schedule.Cosine(rate, rate / 100, steps))
                .build();
        Float smoothing = options.optimization().labelSmoothing;
        return new Learning(
                network,
                new Classification(LabelSmoothing.of(classes, smoothing == null ? 0 : smoothing)),
                recipe,
                policy == null ? augmentation(network) : policy,
                Policies.evaluation(policy == null ? Policy.NONE : policy),
                Batch.Format.UINT8_NHWC);
    }

    /** Networks that see every pixel for itself have enough to do with digits that stand still. */
    private static Policy augmentation(Network network) {
        return convolves(network) ? PolicyName.forDigits() : Policy.NONE;
    }

    private static boolean convolves(Network network) {
        return network.layers().stream().anyMatch(Layer.Conv2d.class::isInstance);
    }
}
