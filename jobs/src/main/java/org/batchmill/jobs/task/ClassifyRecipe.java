package org.batchmill.jobs.task;

import java.util.List;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.options.PolicyName;
import org.batchmill.records.UsageException;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.recipe.Recipe;

/**
 * How classes of images are learnt, by name. A plain value.
 *
 * @param name      what the user calls it
 * @param policy    how the images are varied
 * @param smoothing of the labels
 */
record ClassifyRecipe(String name, Policy policy, float smoothing) {

    /** Passes over the data where nobody says how many. */
    static final int EPOCHS = 30;

    /** As residual networks were trained (He et al. 2015): momentum .9, decay 1e-4, a tenth of the rate when nothing gets better. */
    private static final ClassifyRecipe PLAIN = new ClassifyRecipe("plain", PolicyName.forClasses(), 0);

    /** A warm-up and a cosine, smoothed labels, a fifth of the images mixed with another, a moving average of the weights. */
    private static final ClassifyRecipe MODERN =
            new ClassifyRecipe("modern", PolicyName.forClasses().withMixing(new Mixing(Mixing.Kind.MIXUP, .2)), .1f);

    private static final double RATE = .02;
    private static final int PATIENCE = 5;
    private static final long LONGEST_WARM_UP = 500;

    /** The recipe of a name; null takes the modern one. */
    static ClassifyRecipe named(String name) {
        if (name == null || name.equals(MODERN.name)) {
            return MODERN;
        }
        if (name.equals(PLAIN.name)) {
            return PLAIN;
        }
        throw UsageException.unknownName("recipe of classify", name, List.of(PLAIN.name, MODERN.name));
    }

    /** @param steps updates; 0 for as long as there is data */
    Recipe training(int batch, long steps) {
        boolean plain = name.equals(PLAIN.name);
        return Recipe.builder(name)
                .batch(batch)
                .steps(steps)
                .optimizer(new Optimizer.Momentum(.9f))
                .schedule(plain ? plateau() : cosine(steps))
                .decay(1e-4f)
                .weightAverage(plain ? 0 : .998)
                .build();
    }

    private static Schedule plateau() {
        return new Schedule.Plateau(new Schedule.Constant(RATE), .1, PATIENCE, 0, RATE / 10_000);
    }

    private static Schedule cosine(long steps) {
        return steps == 0
                ? new Schedule.WarmUp(LONGEST_WARM_UP, 1, new Schedule.Constant(RATE))
                : new Schedule.WarmUp(
                        Math.max(1, Math.min(LONGEST_WARM_UP, steps / 20)),
                        1,
                        new Schedule.Cosine(RATE, RATE / 100, steps));
    }
}
