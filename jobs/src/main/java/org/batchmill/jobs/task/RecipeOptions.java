package org.batchmill.jobs.task;

import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.records.OptionException;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.recipe.Recipes;

/** How the user's options replace parts of a recipe. */
final class RecipeOptions {

    private RecipeOptions() {}

    /**
     * How many updates are asked for.
     *
     * @param samples       in the training data, 0 if that is open
     * @param batch         samples an update
     * @param defaultEpochs what is taken if the user names neither steps nor epochs; 0 for the recipe's own steps
     * @return 0 for the recipe's own
     */
    static long steps(OptimizationOptions options, long samples, int batch, int defaultEpochs) {
        if (options.steps != null && options.epochs != null) {
            throw new OptionException("{steps} and {epochs} say the same thing: give one of them");
        }
        if (options.steps != null) {
            return options.steps;
        }
        int epochs = options.epochs == null ? defaultEpochs : options.epochs;
        if (options.epochs != null && samples == 0) {
            throw new OptionException("a stream has no epochs: give {steps}");
        }
        return (epochs * samples + batch - 1) / batch;
    }

    static Recipe onto(Recipe recipe, OptimizationOptions options) {
        Optimizer optimizer = options.optimizer == null ? recipe.optimization().optimizer() : options.optimizer;
        int pieces = options.subdivisions > 1 ? options.subdivisions : recipe.subdivisions();
        if (pieces != recipe.subdivisions() && recipe.batch() % pieces != 0) {
            throw new OptionException("{subdivisions} " + pieces + " do not divide a batch of " + recipe.batch());
        }
        return recipe.toBuilder()
                .subdivisions(pieces)
                .optimizer(optimizer)
                .schedule(schedule(recipe, options))
                .decay(options.l2 == null ? recipe.optimization().decay() : options.l2)
                .clipNorm(options.clipNorm == null ? recipe.optimization().clipNorm() : options.clipNorm)
                .weightAverage(options.ema == null ? recipe.optimization().weightAverage() : options.ema)
                .patience(options.patience == null ? recipe.patience() : options.patience)
                .build();
    }

    private static Schedule schedule(Recipe recipe, OptimizationOptions options) {
        double rate = options.lr == null ? recipe.optimization().schedule().initial() : options.lr;
        int warmup = options.warmup == null ? 0 : options.warmup;
        if (options.schedule != null) {
            return options.schedule.from(rate, recipe.steps(), warmup);
        }
        Schedule schedule = recipe.optimization().schedule().startingAt(rate);
        return options.warmup == null ? schedule : schedule.withWarmUp(warmup, warmUpPower(recipe));
    }

    /** The reference program's burn-in rises with the fourth power. */
    private static double warmUpPower(Recipe recipe) {
        return recipe.name().equals(Recipes.DARKNET) ? 4 : 1;
    }
}
