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
import org.batchmill.queues.pipeline.RowShare;
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

    private final Path run;
    private final TrainOptions options;
    private final Learning learning;
    private final TrainingSets sets;
    private final TrainingSession session;
    private final CheckpointFolder checkpoints;
    private final Cadence cadence;
    private final RunRecord record;
    private final KeptZeros zeros;
    private final SkippedSamples skipped;
    private final List<Hook> hooks;
    private final StopSwitch stop;
    private final Program program;
    private final Rank rank;
    private final RowShare share;
    private final JobListener listener;

    Course(
            Path run,
            TrainOptions options,
            Learning learning,
            TrainingSets sets,
            TrainingSession session,
            CheckpointFolder checkpoints,
            Cadence cadence,
            RunRecord record,
            KeptZeros zeros,
            SkippedSamples skipped,
            List<Hook> hooks,
            StopSwitch stop,
            Program program,
            Rank rank,
            RowShare share,
            JobListener listener) {
        this.run = run;
        this.options = options;
        this.learning = learning;
        this.sets = sets;
        this.session = session;
        this.checkpoints = checkpoints;
        this.cadence = cadence;
        this.record = record;
        this.zeros = zeros;
        this.skipped = skipped;
        this.hooks = hooks;
        this.stop = stop;
        this.program = program;
        this.rank = rank;
        this.share = share;
        this.listener = listener;
    }

    /** Trains; empty if the samples were taken away before it was done. */
    Optional<TrainSummary> run(Checkpoint from) throws IOException, InterruptedException {
        if (rank.writes()) {
            record.drawLabels(sets.training());
        }
        SampleBatches input = new SampleBatches(
                sets.training(),
                learning.shape(rank.batchOfAll(learning.recipe())),
                learning.policy(),
                options.input(),
                record.tracing(skipped),
                share);
        String position = from == null ? null : from.progress().data();
        try (PipelineBatches batches = options.input().resources.cached
                ? input.cached(session.epochs())
                : input.shuffled(session.epochs(), position)) {
            TrainingLoop loop = loop(batches, from);
            Optional<TrainingResult> result;
            stop.begins(loop);
            try {
                result = session.run(
                        loop, batches, from == null ? 0 : from.progress().step());
            } finally {
                stop.ended();
            }
            return result.isEmpty() ? Optional.empty() : Optional.of(summary(loop, result.get(), batches));
        }
    }

    private TrainingLoop loop(PipelineBatches batches, Checkpoint from) {
        TrainingLoopBuilder builder = TrainingLoop.of(program, learning.task(), batches)
                .schedule(learning.recipe().schedule())
                .steps(learning.recipe().steps())
                .checkpoints(checkpoints, cadence.saving());
        record.hooks().forEach(builder::hook);
        if (rank.writes()) {
            builder.hook(new InputRecord(run, batches));
        }
        learning.networkTask().hooks(learning.recipe(), listener::log).forEach(builder::hook);
        addRollback(builder);
        if (rank.asynchronous()) {
            builder.hook(new StalenessCounts(run, listener));
        }
        builder.hook(zeros);
        hooks.forEach(builder::hook);
        rank.onto(builder, learning.recipe());
        addValidation(builder);
        if (learning.recipe().weightAverage() > 0) {
            builder.weightAverage(learning.recipe().weightAverage());
        }
        if (learning.recipe().patience() > 0 && sets.validation() != null) {
            builder.hook(new EarlyStopping(learning.recipe().patience(), 0));
        }
        if (options.optimization().hardExamples != null) {
            builder.hardExamples(options.optimization().hardExamples);
        }
        if (session.checkpointAtStart()) {
            builder.checkpointAtStart();
        }
        if (from != null) {
            builder.resume(from);
        }
        return builder.build();
    }

    private void addRollback(TrainingLoopBuilder builder) {
        int times = options.optimization().rollback;
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
        if (sets.validation() == null) {
            return;
        }
        SampleBatches input = new SampleBatches(
                sets.validation(),
                learning.shape(learning.recipe().rowsAtATime()),
                learning.evaluation(),
                options.input(),
                SkippedSamples.ofValidation(listener));
        builder.evaluate(input::inOrder, cadence.evaluateEvery());
    }

    /** Of all of the run, the parts before a resume too; null if nothing was evaluated. */
    private MetricsRow bestEvaluation() throws IOException {
        Comparator<MetricsRow> byMetric = Comparator.comparingDouble(MetricsRow::metric);
        return record.metrics().stream()
                .filter(row -> !Double.isNaN(row.metric()))
                .max(learning.task().higherIsBetter() ? byMetric : byMetric.reversed())
                .orElse(null);
    }

    private TrainSummary summary(TrainingLoop loop, TrainingResult result, PipelineBatches batches)
            throws IOException, InterruptedException {
        if (rank.writes()) {
            loop.snapshot().parametersToPredict().forEach(program::setParameter);
            record.report(result, new SamplePredictions(learning, program, sets, options.input()));
        }
        Path asked = options.run().run;
        return new TrainSummary(
                rank.writes() || asked == null ? run : asked,
                result,
                learning.task().metric(),
                checkpoints.best().orElse(null),
                rank.writes() ? bestEvaluation() : null,
                batches.metrics().verdict(result.waitedShare()),
                skipped.count(),
                options.input().maxErrors);
    }
}
