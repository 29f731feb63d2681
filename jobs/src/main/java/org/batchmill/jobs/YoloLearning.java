package org.batchmill.jobs;

import java.util.List;
import org.batchmill.augment.Batch;
import org.batchmill.augment.transform.DarknetColour;
import org.batchmill.augment.transform.DarknetJitter;
import org.batchmill.augment.transform.Flip;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.records.UsageException;
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

    /** @param plannedSteps updates, from a number of epochs; 0 for the recipe's own */
    static Learning of(OptimizationOptions options, Policy policy, List<String> classes, int batch, long plannedSteps) {
        if (classes.isEmpty()) {
            throw new UsageException("the data names no classes: give them with --classes A,B");
        }
        String model = options.model() == null ? DEFAULT_MODEL : options.model();
        Network network = Models.byName(model, ModelOptions.classes(classes.size()));
        DetectionTask task = DetectionTask.of(network, classes);
        String recipeName = options.recipe() == null ? DEFAULT_RECIPE : options.recipe();
        Recipe recipe = Recipes.byName(recipeName, model, batch, plannedSteps);
        return new Learning(
                network,
                task,
                task.loss(),
                recipe,
                policy == null ? augmentation(recipe.augmentation()) : policy,
                Policy.NONE,
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
        return asked.mosaic() > 0 ? policy.withMixing(Mixing.mosaic(asked.mosaic())) : policy;
    }
}
