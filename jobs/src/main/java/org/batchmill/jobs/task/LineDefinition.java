package org.batchmill.jobs.task;

import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.TableTask;

/** A straight line through points. */
final class LineDefinition extends RowsDefinition {

    /** The line is fitted as the first lesson does it: 1000 epochs of 17 updates, each on all points. */
    private static final int STEPS = 17_000;

    LineDefinition() {
        super("line", TableTask.Target.NUMBERS);
    }

    @Override
    public int usualBatch(TrainOptions options, long samples) {
        return (int) samples;
    }

    @Override
    Recipe recipe(TrainOptions options, long rows) {
        int batch = batch(options, rows);
        boolean asked = options.optimization().steps != null || options.optimization().epochs != null;
        long steps = asked ? RecipeOptions.steps(options.optimization(), rows, batch, 1) : STEPS;
        return recipe(batch, steps, new Optimizer.Sgd(), .01);
    }
}
