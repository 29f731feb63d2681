package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.List;
import org.batchmill.augment.Batch;
import org.batchmill.augment.transform.Policy;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.loss.SigmoidCrossEntropy;
import org.batchmill.train.loss.WeightedSum;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.TableTask;

/** Rows of numbers: a straight line, or a yes-no answer from the columns of a table. */
final class TableLearning {

    private static final int TABLE_BATCH = 10;
    private static final int TABLE_EPOCHS = 150;

    /** The line is fitted as the first lesson does it: 1000 epochs of 17 updates, each on all points. */
    private static final int LINE_STEPS = 17_000;

    private TableLearning() {}

    static Learning of(TrainOptions options, SampleSource source) throws IOException {
        if (!(source instanceof SampleSource.Indexed rows)) {
            throw new UsageException("a table is read from a file, not from a stream");
        }
        Sample first = rows.read(0);
        if (!(first.content() instanceof Content.Features features
                && first.labels() instanceof Labels.Targets targets)) {
            throw new DataException(
                    DataException.Kind.UNSUPPORTED, options.data().data(), "holds pictures, not a table");
        }
        ModelOptions shape = ModelOptions.classes(targets.values().length).features(features.values().length);
        return options.task() == TaskKind.LINE ? line(options, rows, shape) : table(options, rows, shape);
    }

    private static Learning line(TrainOptions options, SampleSource.Indexed rows, ModelOptions shape) {
        int batch = options.input().batch() == null
                ? (int) rows.size()
                : options.input().batch();
        boolean asked =
                options.optimization().steps() != null || options.optimization().epochs() != null;
        long steps = asked ? RecipeOptions.steps(options.optimization(), rows.size(), batch, 1) : LINE_STEPS;
        // Half the mean squared error: the cost of the lesson.
        Loss cost = new WeightedSum(List.of(new WeightedSum.Term(new MeanSquaredError(), .5f)));
        return learning(
                Models.byName(model(options, "line"), shape),
                new TableTask(TableTask.Target.NUMBERS),
                cost,
                recipe("line", batch, steps, new Optimizer.Sgd(), .01));
    }

    private static String model(TrainOptions options, String otherwise) {
        return options.optimization().model() == null
                ? otherwise
                : options.optimization().model();
    }

    private static Learning table(TrainOptions options, SampleSource.Indexed rows, ModelOptions shape) {
        int batch =
                options.input().batch() == null ? TABLE_BATCH : options.input().batch();
        long steps = RecipeOptions.steps(options.optimization(), rows.size(), batch, TABLE_EPOCHS);
        return learning(
                Models.byName(model(options, "table"), shape),
                new TableTask(TableTask.Target.BINARY_LOGITS),
                new SigmoidCrossEntropy(),
                recipe("table", batch, steps, new Optimizer.Adam(.9f, .999f, 1e-8f), 1e-3));
    }

    private static Recipe recipe(String name, int batch, long steps, Optimizer optimizer, double rate) {
        return new Recipe(
                name, batch, 1, steps, optimizer, new Schedule.Constant(rate), 0, 0, Recipe.Augmentation.NONE, 0, 0);
    }

    private static Learning learning(Network network, TableTask task, Loss loss, Recipe recipe) {
        return new Learning(network, task, loss, recipe, Policy.NONE, Policy.NONE, Batch.Format.FLOAT32_NHWC);
    }
}
