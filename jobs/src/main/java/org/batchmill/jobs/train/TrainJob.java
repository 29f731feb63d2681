package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.ingest.sources.kafka.TopicSource;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.evaluate.SamplePredictions;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.jobs.input.TaskInput;
import org.batchmill.jobs.input.TrainingSets;
import org.batchmill.jobs.model.ChosenCheckpoint;
import org.batchmill.jobs.model.Placement;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.jobs.options.RunOptions;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.Topics;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.topic.OnlineTraining;
import org.batchmill.queues.pipeline.ErrorPolicy;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.BoxRules;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.checkpoint.RunLock;
import org.batchmill.train.darknet.AverageLoss;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.engine.ProgramSpecBuilder;
import org.batchmill.train.loop.DivergenceException;
import org.batchmill.train.loop.EarlyStopping;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.Rollback;
import org.batchmill.train.loop.Saving;
import org.batchmill.train.loop.TrainingLoop;
import org.batchmill.train.loop.TrainingLoopBuilder;
import org.batchmill.train.loop.TrainingResult;
import org.batchmill.train.loss.YoloV1Loss;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.recipe.Recipes;

/**
 * Trains a network: opens the data, compiles the model, runs the loop and keeps what it makes in a run folder. Runs once, on one
 * thread; {@link #requestStop()} may come from any.
 */
public final class TrainJob {

    /** Evaluations, and checkpoints, in a run whose options do not say. */
    private static final int MOST_LOOKS = 50;

    /** What the learning rate is multiplied by when a run goes back. */
    private static final double ROLLBACK_FACTOR = .5;

    private final TrainOptions options;
    private final JobListener listener;
    private SkippedSamples skipped;
    private final List<Hook> hooks = new ArrayList<>();
    private TrainingLoop loop;
    private Thread thread;
    private boolean stopRequested;

    public TrainJob(TrainOptions options, JobListener listener) {
        this.options = options;
        this.listener = listener;
    }

    /** Adds a hook of the user's, called behind the job's own. Before {@link #run()}. */
    public TrainJob hook(Hook hook) {
        hooks.add(hook);
        return this;
    }

    /**
     * Ends the training after the step that is being done, with a checkpoint; before the first step and behind the last, where there is
     * nothing to save, by an interrupt of the thread that runs the job. Thread-safe.
     *
     * @return whether there will be a checkpoint
     */
    public synchronized boolean requestStop() {
        stopRequested = true;
        if (loop != null) {
            loop.requestStop();
            return true;
        }
        if (thread != null) {
            thread.interrupt();
        }
        return false;
    }

    /** From now on a stop is the loop's. */
    private synchronized void begins(TrainingLoop next) {
        loop = next;
        if (stopRequested) {
            Thread.interrupted(); // it came while nobody heeded it; the loop ends by itself
            next.requestStop();
        }
    }

    private synchronized void ended() {
        loop = null;
    }

    private synchronized void runsOn(Thread running) {
        thread = running;
    }

    /**
     * Trains.
     *
     * @throws IOException                              if data is bad beyond what is borne, or a file cannot be read or written
     * @throws UsageException                           if the options contradict each other or the data
     * @throws org.batchmill.records.MissingPartException if no engine can run here
     * @throws InterruptedException                     if a stop was requested before the first step or behind the last
     */
    public TrainSummary run() throws IOException, InterruptedException {
        return run(null);
    }

    /** {@link #run()} on samples that the caller opened and closes; null for those of the options. */
    @SuppressWarnings("try") // the lock is held, not used
    public TrainSummary run(TrainingSets given) throws IOException, InterruptedException {
        runsOn(Thread.currentThread());
        Path run = runFolder();
        try (RunLock lock = RunLock.take(run)) {
            listener.runFolder(run);
            Checkpoint resumed = resumed(run);
            skipped = new SkippedSamples(run, listener);
            if (given != null) {
                return train(run, resumed, given);
            }
            Tolerance tolerance =
                    new Tolerance(new BoxRules(options.data().classes()), skipped.policy(options.input()));
            TaskInput input = TaskInput.of(options);
            try (TrainingSets sets = sets(run, input, tolerance)) {
                return train(run, resumed, sets);
            }
        } finally {
            runsOn(null);
        }
    }

    private TrainingSets sets(Path run, TaskInput input, Tolerance tolerance) throws IOException {
        return Topics.isTopic(options.data().data())
                ? TrainingSets.ofTopic(Topics.open(options, run), options.data())
                : TrainingSets.open(input, options.data(), options.input().seed(), tolerance);
    }

    private Path runFolder() {
        Path asked = options.run().run();
        if (asked != null) {
            return asked;
        }
        if (options.run().resume()) {
            throw new UsageException("--resume needs --run: which run is to go on?");
        }
        return FreshFolder.below(Path.of("runs"), options.task().name().toLowerCase(Locale.ROOT));
    }

    private CheckpointFolder checkpoints(Path run) {
        return new CheckpointFolder(run.resolve("checkpoints"), options.run().keep());
    }

    /** The checkpoint to go on from; null for a new run. */
    private Checkpoint resumed(Path run) throws IOException {
        CheckpointFolder folder = checkpoints(run);
        if (!options.run().resume()) {
            if (!folder.list().isEmpty()) {
                throw new UsageException(
                        run + " holds checkpoints of an earlier run: take another --run, or --resume it");
            }
            return null;
        }
        CheckpointFolder.Loaded loaded = folder.loadLatest(options.run().fallback());
        loaded.skipped().forEach(line -> listener.warns(line + "; went back to an older checkpoint"));
        listener.says("going on from " + loaded.file() + ", step "
                + loaded.checkpoint().progress().step());
        return loaded.checkpoint();
    }

    private TrainSummary train(Path run, Checkpoint resumed, TrainingSets sets)
            throws IOException, InterruptedException {
        TaskInput input = TaskInput.of(options);
        if (input.steering() == null || sets.training() instanceof TopicSource) {
            return train(run, resumed, Learning.of(options, sets.training(), resumed), sets);
        }
        try (TrainingSets shown = sets.shown(input)) {
            return train(run, resumed, Learning.of(options, shown.training(), resumed), shown);
        }
    }

    private TrainSummary train(Path run, Checkpoint resumed, Learning learning, TrainingSets sets)
            throws IOException, InterruptedException {
        SampleSource training = sets.training();
        SampleSource validation = sets.validation();
        sets.notices().forEach(listener::warns);
        listener.says(DataSets.summary(training, validation));
        if (resumed == null
                && learning.task() instanceof DetectionTask task
                && training instanceof SampleSource.Indexed samples) {
            DetectionDataCheck.lines(samples, task).forEach(listener::says);
        }
        ChosenCheckpoint init = init(resumed);
        KeptZeros zeros = KeptZeros.of(
                options.optimization().keepZeros(),
                resumed != null || init == null ? resumed : init.checkpoint(),
                listener);
        Placement placement = new Placement(options.engine(), listener);
        int rows = learning.recipe().rowsAtATime();
        try (OnlineTraining online = online(training, learning, run);
                RunRecord record = RunRecord.open(run, options, learning, listener, online);
                Program program = placement.compile(spec(learning, rows, zeros))) {
            listener.says(String.format(
                    Locale.ROOT,
                    "model %s, input %s, %,d parameters; engine %s",
                    learning.network().name(),
                    learning.network().input(),
                    learning.network().trainableCount(),
                    placement.describe(program)));
            initialise(program, init);
            Course course = new Course(run, learning, sets, online, record, zeros, program);
            TrainSummary summary = course.run(resumed == null && online != null ? online.goBack() : resumed);
            while (summary == null) {
                summary = course.run(online.goBack());
            }
            return summary;
        }
    }

    /** What a topic adds to a training; null for other data. */
    private OnlineTraining online(SampleSource training, Learning learning, Path run) throws IOException {
        return training instanceof TopicSource topic
                ? new OnlineTraining(
                        topic, options, learning, run, checkpoints(run), evaluateEvery(learning, training), listener)
                : null;
    }

    /** A training from a checkpoint on. One that learns from a topic takes several of them, from rebalance to rebalance. */
    private final class Course {

        private final Path run;
        private final Learning learning;
        private final TrainingSets sets;
        private final SampleSource training;
        private final OnlineTraining online;
        private final RunRecord record;
        private final KeptZeros zeros;
        private final Program program;

        Course(
                Path run,
                Learning learning,
                TrainingSets sets,
                OnlineTraining online,
                RunRecord record,
                KeptZeros zeros,
                Program program) {
            this.run = run;
            this.learning = learning;
            this.sets = sets;
            this.training = sets.training();
            this.online = online;
            this.record = record;
            this.zeros = zeros;
            this.program = program;
        }

        /** Trains; null if the partitions of a topic changed hands before it was done. */
        TrainSummary run(Checkpoint from) throws IOException, InterruptedException {
            record.angles(training);
            SampleBatches input = new SampleBatches(
                    training,
                    learning.shape(learning.recipe().batch()),
                    learning.policy(),
                    options.input(),
                    record.tracing(skipped));
            String position = from == null ? null : from.progress().data();
            Long epochs = epochs();
            try (PipelineBatches batches =
                    options.input().resources().cached() ? input.cached(epochs) : input.shuffled(epochs, position)) {
                TrainingLoop its = loop(batches, from);
                TrainingResult result;
                begins(its);
                try {
                    result = online == null
                            ? its.run()
                            : online.run(
                                    its,
                                    batches,
                                    from == null ? 0 : from.progress().step());
                } finally {
                    ended();
                }
                return result == null ? null : summary(its, result, batches);
            }
        }

        /**
         * A topic is gone through once, however long that takes. Where samples may be left out, epochs are shorter than the data, and
         * so many are gone through as were asked for; null for as many as the steps take.
         */
        private Long epochs() {
            if (online != null) {
                return 1L;
            }
            Integer asked = options.optimization().epochs();
            return asked == null || options.input().onError() == ErrorPolicy.Mode.FAIL ? null : Long.valueOf(asked);
        }

        private TrainingLoop loop(PipelineBatches batches, Checkpoint from) {
            TrainingLoopBuilder builder = TrainingLoop.of(program, learning.task(), batches)
                    .schedule(learning.recipe().schedule())
                    .steps(learning.recipe().steps())
                    .checkpoints(checkpoints(run), saving(learning, training));
            record.hooks().forEach(builder::hook);
            addReferencesLine(builder, learning);
            addRollback(builder);
            builder.hook(zeros);
            hooks.forEach(builder::hook);
            addValidation(builder, learning, sets.validation(), training);
            if (learning.recipe().weightAverage() > 0) {
                builder.weightAverage(learning.recipe().weightAverage());
            }
            if (learning.recipe().patience() > 0 && sets.validation() != null) {
                builder.hook(new EarlyStopping(learning.recipe().patience(), 0));
            }
            if (options.optimization().hardExamples() != null) {
                builder.hardExamples(options.optimization().hardExamples());
            }
            if (online != null) {
                builder.checkpointAtStart();
            }
            if (from != null) {
                builder.resume(from);
            }
            return builder.build();
        }

        private TrainSummary summary(TrainingLoop its, TrainingResult result, PipelineBatches batches)
                throws IOException, InterruptedException {
            its.snapshot().parametersToPredict().forEach(program::setParameter);
            record.report(result, new SamplePredictions(learning, program, sets, options.input()));
            return new TrainSummary(
                    run,
                    result,
                    learning.task().metric(),
                    checkpoints(run).best().orElse(null),
                    batches.metrics().verdict(result.waitedShare()),
                    skipped.count(),
                    options.input().maxErrors());
        }
    }

    /** Whoever trains by the reference's recipe compares the reference's line. */
    private void addReferencesLine(TrainingLoopBuilder builder, Learning learning) {
        if (learning.recipe().name().equals(Recipes.DARKNET) && learning.loss() instanceof YoloV1Loss) {
            builder.hook(new AverageLoss(listener::says));
        }
    }

    private void addRollback(TrainingLoopBuilder builder) {
        int times = options.optimization().rollback();
        if (times > 0) {
            builder.rollback(new Rollback(times, ROLLBACK_FACTOR));
            builder.hook(new Hook() {
                @Override
                public void rolledBack(LoopControl loop, DivergenceException cause, Path checkpoint) {
                    listener.warns(cause.getMessage() + "; back to " + checkpoint + " with half the learning rate");
                }
            });
        }
    }

    private ProgramSpec spec(Learning learning, int rows, KeptZeros zeros) {
        ProgramSpecBuilder spec = ProgramSpec.training(
                        learning.network(),
                        learning.inputFormat(),
                        rows,
                        learning.loss(),
                        learning.recipe().optimizer(),
                        options.input().seed())
                .toBuilder()
                .l2(learning.recipe().decay())
                .clipNorm(learning.recipe().clipNorm())
                .keepZeros(zeros.kept());
        OptimizationOptions optimization = options.optimization();
        if (optimization.l1() != null) {
            spec.l1(optimization.l1());
        }
        if (optimization.clipValue() != null) {
            spec.clipValue(optimization.clipValue());
        }
        optimization.freeze().forEach(spec::freeze);
        optimization.layerRates().forEach(rate -> addRate(spec, rate));
        ProgramSpec asked = spec.build();
        asked.rates().forEach(rate -> requireLayer(learning.network(), rate.layerPattern()));
        return asked;
    }

    private static void addRate(ProgramSpecBuilder spec, String text) {
        int equals = text.lastIndexOf('=');
        try {
            float rate = Float.parseFloat(text.substring(equals + 1));
            if (equals > 0 && rate >= 0) {
                spec.rate(text.substring(0, equals), rate);
                return;
            }
        } catch (NumberFormatException e) {
            throw new UsageException("a layer's rate is PATTERN=MULTIPLIER, not " + text, e);
        }
        throw new UsageException("a layer's rate is PATTERN=MULTIPLIER, not " + text);
    }

    /** A pattern that fits nothing is misspelt: training all layers instead would waste the run. */
    private static void requireLayer(Network network, String pattern) {
        List<String> layers =
                network.parameters().stream().map(Parameter::layer).distinct().toList();
        if (layers.stream().noneMatch(new ProgramSpec.RateMultiplier(pattern, 1)::matches)) {
            throw new UsageException("no layer of " + network.name() + " that learns matches " + pattern
                    + "; there are " + String.join(", ", layers));
        }
    }

    /** What {@code --init} names; null for nothing, and for a resumed run, which has all its parameters already. */
    private ChosenCheckpoint init(Checkpoint resumed) throws IOException {
        Path init = options.optimization().init();
        return init == null || resumed != null ? null : ChosenCheckpoint.take(init, listener);
    }

    /** Takes over by name what fits. */
    private void initialise(Program program, ChosenCheckpoint init) {
        if (init != null) {
            int taken = Transfer.byName(init.checkpoint(), program);
            listener.says("took " + taken + " of "
                    + program.spec().network().parameters().size() + " parameters from " + init.file());
        }
    }

    private Saving saving(Learning learning, SampleSource training) {
        RunOptions run = options.run();
        long steps = run.checkpointSteps() != null ? run.checkpointSteps() : interval(learning, training);
        Duration every = run.checkpointMinutes() == null
                ? null
                : Duration.ofMillis(Math.round(run.checkpointMinutes() * 60_000));
        return new Saving(steps, every);
    }

    /** Updates from one look at the run to the next: an epoch, but of a small data set several, so that looking does not take the time. */
    private static long interval(Learning learning, SampleSource training) {
        long epoch = training instanceof SampleSource.Indexed indexed
                ? Math.max(1, indexed.size() / learning.recipe().batch())
                : 1000;
        return Math.max(epoch, learning.recipe().steps() / MOST_LOOKS);
    }

    private void addValidation(
            TrainingLoopBuilder builder, Learning learning, SampleSource validation, SampleSource training) {
        if (validation == null) {
            return;
        }
        SampleBatches input = new SampleBatches(
                validation,
                learning.shape(learning.recipe().rowsAtATime()),
                learning.evaluation(),
                options.input(),
                new PipelineListener() {});
        builder.evaluate(input::inOrder, evaluateEvery(learning, training));
    }

    private long evaluateEvery(Learning learning, SampleSource training) {
        Long asked = options.run().evaluateSteps();
        return asked != null ? asked : interval(learning, training);
    }
}
