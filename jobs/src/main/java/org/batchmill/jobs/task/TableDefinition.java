package org.batchmill.jobs.task;

import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.TableTask;

/** A yes-no answer from the columns of a table. */
final class TableDefinition extends RowsDefinition {

    private static final int EPOCHS = 150;

    TableDefinition() {
        super("table", TableTask.Target.BINARY_LOGITS);
    }

    @Override
    public int usualBatch(TrainOptions options, long samples) {
        return 10;
    }

    @Override
    Recipe recipe(TrainOptions options, long rows) {
        int batch = batch(options, rows);
        long steps = RecipeOptions.steps(options.optimization(), rows, batch, EPOCHS);
        return recipe(batch, steps, new Optimizer.Adam(.9f, .999f, 1e-8f), 1e-3);
    }
}
