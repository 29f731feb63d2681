package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.List;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.ingest.sources.kafka.SampleCheck;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.TableTask;
import org.batchmill.train.task.TaskDescription;

/** Rows of numbers: what the tasks on tables share. */
abstract class RowsDefinition implements TaskDefinition {

    private final String name;
    private final TableTask.Target target;

    /** @param name of the family, of its usual model and of its recipe */
    RowsDefinition(String name, TableTask.Target target) {
        this.name = name;
        this.target = target;
    }

    @Override
    public String family() {
        return name;
    }

    @Override
    public String checkpointKind() {
        return RowPrediction.KIND;
    }

    @Override
    public NetworkTask untrained(Network network, List<String> classes) {
        return new RowPrediction(new TableTask(target));
    }

    @Override
    public NetworkTask restore(TaskDescription description) {
        return new RowPrediction(
                new TableTask(TableTask.Target.valueOf(description.facts().get("target"))));
    }

    @Override
    public SampleCheck labels(List<String> classes) {
        return sample -> LabelCheck.require(sample.labels() instanceof Labels.Targets, sample, "targets");
    }

    @Override
    public Learning learning(TrainOptions options, Policy policy, SampleSource source, Checkpoint resumed)
            throws IOException {
        if (!(source instanceof SampleSource.Indexed rows)) {
            throw new UsageException("a table is read from a file, not from a stream");
        }
        Sample first = firstThatIsRead(rows, options.input().errorMode() != ErrorMode.FAIL);
        if (!(first.content() instanceof Content.Features features
                && first.labels() instanceof Labels.Targets targets)) {
            throw new DataException(DataException.Kind.UNSUPPORTED, options.data().data, "holds images, not a table");
        }
        String asked = options.optimization().model;
        Network network = Models.byName(
                asked == null ? name : asked,
                ModelOptions.classes(targets.values().length).features(features.values().length));
        return new Learning(
                network,
                untrained(network, List.of()),
                recipe(options, rows.size()),
                Policy.NONE,
                Policy.NONE,
                Batch.Format.FLOAT32_NHWC);
    }

    /** The first row says how many columns there are; a bad one that may be left out says nothing. */
    private static Sample firstThatIsRead(SampleSource.Indexed rows, boolean leavingOut) throws IOException {
        DataException first = null;
        for (long i = 0; i < rows.size(); i++) {
            try {
                return rows.read(i);
            } catch (DataException e) {
                first = first == null ? e : first;
                if (!leavingOut) {
                    break;
                }
            }
        }
        throw first;
    }

    /** @param rows in the training data */
    abstract Recipe recipe(TrainOptions options, long rows);

    Recipe recipe(int batch, long steps, Optimizer optimizer, double rate) {
        return Recipe.builder(name)
                .batch(batch)
                .steps(steps)
                .optimizer(optimizer)
                .schedule(new Schedule.Constant(rate))
                .build();
    }
}
