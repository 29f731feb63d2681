package org.batchmill.jobs;

import java.util.List;
import org.batchmill.augment.Batch;
import org.batchmill.augment.transform.DarknetColour;
import org.batchmill.augment.transform.DarknetJitter;
import org.batchmill.augment.transform.Flip;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.Policy;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.recipe.Recipes;

/** Detectors with YOLO v1. */
final class YoloLearning {

    private static final String DEFAULT_MODEL = "yolo-v1-mini";
    private static final String DEFAULT_RECIPE = "modern";

    private YoloLearning() {}

    static Learning of(TrainOptions options, Policy policy, List<String> classes, long samples) {
        String model = options.optimization().model() == null
                ? DEFAULT_MODEL
                : options.optimization().model();
        Network network = Models.byName(model, ModelOptions.classes(classes.size()));
        DetectionTask task = DetectionTask.of(network, classes);
        String recipeName = options.optimization().recipe() == null
                ? DEFAULT_RECIPE
                : options.optimization().recipe();
        int asked = options.input().batch() == null ? 0 : options.input().batch();
        int batch = asked == 0 ? Recipes.byName(recipeName, model, 0, 0).batch() : asked;
        long steps = RecipeOptions.steps(options.optimization(), samples, batch, 0);
        Recipe recipe = Recipes.byName(recipeName, model, batch, steps);
        return new Learning(
                network,
                task,
                task.loss(),
                recipe,
                policy == null ? augmentation(recipe.augmentation()) : policy,
                Policies.evaluation(policy == null ? Policy.NONE : policy),
                Batch.Format.UINT8_NHWC);
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
