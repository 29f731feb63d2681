package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.List;
import org.batchmill.augment.Batch;
import org.batchmill.augment.transform.DarknetColour;
import org.batchmill.augment.transform.DarknetJitter;
import org.batchmill.augment.transform.Flip;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.network.Layer;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.recipe.Recipes;

/** Detectors with YOLO v1. */
final class YoloLearning {

    private static final String DEFAULT_MODEL = "yolo-v1-mini";
    private static final String DEFAULT_RECIPE = Recipes.MODERN;

    private YoloLearning() {}

    static Learning of(TrainOptions options, Policy policy, List<String> classes, long samples) throws IOException {
        OptimizationOptions asked = options.optimization();
        String model = asked.model() == null ? DEFAULT_MODEL : asked.model();
        NamedModel named = NamedModel.of(model, classes, batchNorm(asked.recipe()));
        DetectionTask task = (DetectionTask) named.task();
        Recipe recipe = recipe(named, model, options, samples);
        return new Learning(
                named.network(),
                task,
                task.loss(),
                recipe,
                policy == null ? augmentation(recipe.augmentation()) : policy,
                Policies.evaluation(policy == null ? Policy.NONE : policy),
                Batch.Format.UINT8_NHWC);
    }

    /** Whoever asks for the reference's recipe wants its numbers: with the ordinary rule they part after a few steps. */
    private static Layer.BatchNorm.Rule batchNorm(String recipe) {
        return Recipes.DARKNET.equals(recipe) ? Layer.BatchNorm.Rule.DARKNET : Layer.BatchNorm.Rule.STANDARD;
    }

    /** The recipe that is named; a configuration has one of its own, which is taken if none is. */
    private static Recipe recipe(NamedModel named, String model, TrainOptions options, long samples) {
        OptimizationOptions asked = options.optimization();
        int batch = options.input().batch() == null ? 0 : options.input().batch();
        if (named.recipe().isPresent() && asked.recipe() == null) {
            Recipe own = named.recipe().get();
            Recipe sized = batch == 0 ? own : own.withBatch(batch, 1);
            long steps = RecipeOptions.steps(asked, samples, sized.batch(), 0);
            return steps == 0 ? sized : sized.withSteps(steps);
        }
        String name = asked.recipe() == null ? DEFAULT_RECIPE : asked.recipe();
        int rows = batch == 0 ? Recipes.byName(name, model, 0, 0).batch() : batch;
        return Recipes.byName(name, model, rows, RecipeOptions.steps(asked, samples, rows, 0));
    }

    private static Policy augmentation(Recipe.Augmentation asked) {
        Policy policy = Policy.NONE;
        if (asked.jitter() > 0) {
            policy = policy.with(new DarknetJitter(asked.jitter()));
        }
        if (asked.flip() > 0) {
            policy = policy.with(new Flip(), asked.flip());
        }
        policy = policy.with(new DarknetColour(asked.hue(), asked.saturation(), asked.exposure()));
        return asked.mosaic() > 0 ? policy.withMixing(new Mixing(Mixing.Kind.MOSAIC, asked.mosaic())) : policy;
    }
}
