package org.batchmill.jobs;

import java.util.List;
import org.batchmill.augment.Batch;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.ClassificationTask;

/** Classifiers of small grey pictures: the first lesson. */
final class DigitsLearning {

    private static final String DEFAULT_MODEL = "digits-cnn";
    private static final int DEFAULT_BATCH = 100;

    private DigitsLearning() {}

    static Learning of(OptimizationOptions options, Policy policy, List<String> classes, int batch, long plannedSteps) {
        Network network = Models.byName(
                options.model() == null ? DEFAULT_MODEL : options.model(), ModelOptions.classes(classes.size()));
        Recipe recipe = new Recipe(
                "digits",
                batch == 0 ? DEFAULT_BATCH : batch,
                1,
                plannedSteps,
                new Optimizer.Adam(.9f, .999f, 1e-8f),
                new Schedule.Cosine(1e-3, 1e-5, plannedSteps),
                0,
                0,
                Recipe.Augmentation.NONE,
                0,
                0);
        return new Learning(
                network,
                new ClassificationTask(classes),
                new SoftmaxCrossEntropy(),
                recipe,
                policy == null ? Policy.NONE : policy,
                Policy.NONE,
                Batch.Format.UINT8_NHWC);
    }
}
