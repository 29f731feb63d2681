package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.evaluate.SamplePredictions;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.jobs.input.TrainingSets;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.topic.TrainingSession;
import org.batchmill.queues.pipeline.OtherOrderException;
import org.batchmill.queues.pipeline.RowShare;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.engine.Program;
import org.batchmill.train.loop.DivergenceException;
import org.batchmill.train.loop.EarlyStopping;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.Rollback;
import org.batchmill.train.loop.TrainingLoop;
import org.batchmill.train.loop.TrainingLoopBuilder;
import org.batchmill.train.loop.TrainingResult;
import org.batchmill.train.monitor.MetricsRow;

/**
 * The training of one compiled network: from a checkpoint on it builds the pipeline and the loop, runs them, and reports. Used by one
 * thread.
 */
final class Course {

    /** What the learning rate is multiplied by when a run goes back. */
    private static final double ROLLBACK_FACTOR = .5;

    /**
     * What was decided before the first step.
     *
     * @param run   the folder of the run
     * @param share the rows of each batch that this rank makes; null for all
     */
    record Plan(
            Path run,
            TrainOptions options,
            Learning learning,
            TrainingSets sets,
            Cadence cadence,
            KeptZeros zeros,
            Rank rank,
            RowShare share) {}

    /** What is open while the training runs; whoever opened it closes it. */
    record Open(Program program, TrainingSession session, RunRecord record, CheckpointFolder checkpoints) {}

    private final Plan plan;
    private final Open open;
    private final SkippedSamples skipped;
    private final List<Hook> hooks;
    private final StopSwitch stop;
    private final JobListener listener;

    Course(Plan plan, Open open, SkippedSamples skipped, List<Hook> hooks, StopSwitch stop, JobListener listener) {
        this.plan = plan;
        this.open = open;
        this.skipped = skipped;
        this.hooks = hooks;
        this.stop = stop;
        this.listener = listener;
    }

    /** Trains; empty if the samples were taken away before it was done. */
    Optional<TrainSummary> run(Checkpoint from) throws IOException, InterruptedException {
        if (plan.rank().writes()) {
            open.record().drawLabels(plan.sets().training());
        }
        SampleBatches input = new SampleBatches(
                plan.sets().training(),
                plan.learning().shape(plan.rank().batchOfAll(plan.learning().recipe())),
                plan.learning().policy(),
                plan.options().input(),
                open.record().tracing(skipped),
                plan.share());
        String position = from == null ? null : from.progress().data();
        try (PipelineBatches batches = plan.options().input().resources.cached
                ? input.cached(open.session().epochs())
                : shuffled(input, position)) {
            TrainingLoop loop = loop(batches, from);
            Optional<TrainingResult> result;
            stop.begins(loop);
            try {
                result = open.session()
                        .run(loop, batches, from == null ? 0 : from.progress().step());
            } finally {
                stop.ended();
            }
            return result.isEmpty() ? Optional.empty() : Optional.of(summary(loop, result.get(), batches));
        }
    }

    private PipelineBatches shuffled(SampleBatches input, String position) throws IOException {
        try {
            return input.shuffled(open.session().epochs(), position);
        } catch (UsageException e) {
            throw e.getCause() instanceof OtherOrderException other
                    ? ResumedOptions.otherOrder(plan.options(), plan.run(), other)
                    : e;
        }
    }

    private TrainingLoop loop(PipelineBatches batches, Checkpoint from) {
        TrainingLoopBuilder builder = TrainingLoop.of(
                        open.program(), plan.learning().task(), batches)
                .schedule(plan.learning().recipe().optimization().schedule())
                .steps(plan.learning().recipe().steps())
                .checkpoints(open.checkpoints(), plan.cadence().saving());
        open.record().hooks().forEach(builder::hook);
        if (plan.rank().writes()) {
            builder.hook(new InputRecord(plan.run(), batches));
        }
        plan.learning()
                .networkTask()
                .hooks(plan.learning().recipe(), listener::log)
                .forEach(builder::hook);
        addRollback(builder);
        if (plan.rank().asynchronous()) {
            builder.hook(new StalenessCounts(plan.run(), listener));
        }
        builder.hook(plan.zeros());
        hooks.forEach(builder::hook);
        plan.rank().onto(builder, plan.learning().recipe());
        addValidation(builder);
        if (plan.learning().recipe().optimization().weightAverage() > 0) {
            builder.weightAverage(plan.learning().recipe().optimization().weightAverage());
        }
        if (plan.learning().recipe().patience() > 0 && plan.sets().validation() != null) {
            builder.hook(new EarlyStopping(plan.learning().recipe().patience(), 0));
        }
        if (plan.options().optimization().hardExamples != null) {
            builder.hardExamples(plan.options().optimization().hardExamples);
        }
        if (open.session().checkpointAtStart()) {
            builder.checkpointAtStart();
        }
        if (from != null) {
            builder.resume(from);
        }
        return builder.build();
    }

    private void addRollback(TrainingLoopBuilder builder) {
        int times = plan.options().optimization().rollback;
        if (times > 0) {
            builder.rollback(new Rollback(times, ROLLBACK_FACTOR));
            builder.hook(new Hook() {
                @Override
                public void onRolledBack(LoopControl loop, DivergenceException cause, Path checkpoint) {
                    listener.warn(cause.getMessage() + "; back to " + checkpoint + " with half the learning rate");
                }
            });
        }
    }

    private void addValidation(TrainingLoopBuilder builder) {
        if (plan.sets().validation() == null) {
            return;
        }
        SampleBatches input = new SampleBatches(
                plan.sets().validation(),
                plan.learning().shape(plan.learning().recipe().rowsAtATime()),
                plan.learning().evaluation(),
                plan.options().input(),
                SkippedSamples.ofValidation(listener));
        builder.evaluate(input::inOrder, plan.cadence().evaluateEvery());
    }

    /** Of all of the run, the parts before a resume too; null if nothing was evaluated. */
    private MetricsRow bestEvaluation() throws IOException {
        Comparator<MetricsRow> byMetric = Comparator.comparingDouble(MetricsRow::metric);
        return open.record().metrics().stream()
                .filter(row -> !Double.isNaN(row.metric()))
                .max(plan.learning().task().higherIsBetter() ? byMetric : byMetric.reversed())
                .orElse(null);
    }

    private TrainSummary summary(TrainingLoop loop, TrainingResult result, PipelineBatches batches)
            throws IOException, InterruptedException {
        if (plan.rank().writes()) {
            loop.snapshot().parametersToPredict().forEach(open.program()::setParameter);
            open.record()
                    .report(
                            result,
                            new SamplePredictions(
                                    plan.learning(),
                                    open.program(),
                                    plan.sets(),
                                    plan.options().input()));
        }
        Path asked = plan.options().run().run;
        return new TrainSummary(
                plan.rank().writes() || asked == null ? plan.run() : asked,
                result,
                plan.learning().task().metric(),
                open.checkpoints().best().orElse(null),
                plan.rank().writes() ? bestEvaluation() : null,
                batches.metrics().verdict(result.waitedShare()),
                skipped.count(),
                plan.options().input().maxErrors);
    }
}
