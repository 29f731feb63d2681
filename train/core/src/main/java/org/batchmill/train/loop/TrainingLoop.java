package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.batches.Batch;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.engine.Program;
import org.batchmill.train.optimize.ScheduleProgress;
import org.batchmill.train.task.Task;
import org.batchmill.train.task.TaskMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a compiled network on a stream of batches: each batch makes one update. A batch with more rows than the program was
 * compiled for is cut, and the gradients of its pieces are accumulated.
 *
 * <p>Resumed from a {@link #snapshot()}, with the stream opened at the state that it holds, the rest of the run is the same bit for
 * bit on an engine that is.
 *
 * <p>Runs on one thread and once; {@link #requestStop()} may be called from any. Owns neither program nor streams.
 */
public final class TrainingLoop {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);

    private final TrainingLoopBuilder plan;
    private final Program program;
    private final Task task;
    private final BatchFeed feed;
    private final ScheduleProgress schedule;
    private final WeightAverage average;
    private final HardExamples hardExamples;
    /** Of rank 0, and of whoever learns alone. */
    private final List<Hook> hooks;

    private final Ranks ranks;
    /** The same where they are asynchronous; else null. */
    private final AsyncRanks async;

    private final GradientPass pass;
    /** Null where nothing is evaluated. */
    private final Validation validation;

    private final Throughput throughput = new Throughput();
    private final Control control = new Control();
    private final LoopProgress progress;
    private final LoopState state;

    /** As far as is known: bad samples that are left out make it fewer than the plan's. */
    private long lastStep;

    private String hookReason;
    private Path lastCheckpoint;
    private long lastSavedStep = -1;
    private long lastSaveNanos;
    /** In a gang a stop is heeded when all ranks know of it. */
    private volatile boolean stopAsked;

    private boolean stopAgreed;
    private boolean evaluationDue;
    private boolean savingDue;

    TrainingLoop(TrainingLoopBuilder plan) {
        this.plan = plan;
        this.program = plan.program;
        this.task = plan.task;
        this.feed = new BatchFeed(plan.batches);
        this.schedule = new ScheduleProgress(plan.schedule, task.higherIsBetter());
        this.average = plan.averageDecay == 0 ? null : new WeightAverage(plan.averageDecay);
        this.hardExamples = plan.hardShare == 0 ? null : new HardExamples(program, task, plan.hardShare);
        this.async = plan.gang != null && plan.synchronization.isAsync()
                ? new AsyncRanks(plan.gang, program, plan.maxStaleness)
                : null;
        this.ranks = async == null ? ranks(plan) : async;
        this.hooks = ranks.writes() ? List.copyOf(plan.hooks) : List.of();
        this.lastStep = plan.steps;
        this.progress = new LoopProgress(task);
        this.state = new LoopState(program, task, schedule, average, hooks);
        this.pass = new GradientPass(program, task, plan.rowsAtATime, ranks, hooks, control);
        this.validation = plan.validation == null ? null : new Validation(program, task, average, plan.validation);
        this.lastSaveNanos = System.nanoTime();
    }

    private static Ranks ranks(TrainingLoopBuilder plan) {
        if (plan.gang == null) {
            return Ranks.ALONE;
        }
        return plan.synchronization.kind() == Synchronization.Kind.EVERY
                ? new LocalRanks(plan.gang, plan.program, plan.synchronization.every())
                : new GangRanks(plan.gang, plan.program, plan.overlapSums);
    }

    /** @param batches the caller closes it after the training */
    public static TrainingLoopBuilder of(Program program, Task task, BatchStream batches) {
        return new TrainingLoopBuilder(program, task, batches);
    }

    /**
     * Trains until the steps are done, the data ends, or something stops it.
     *
     * @throws DivergenceException  if the loss or a gradient is not finite; the weights are those after the last good update unless
     *                              the message says that a gradient was bad
     * @throws IOException          if the data is bad beyond what is tolerated, or a file cannot be written
     * @throws InterruptedException if the thread is interrupted without {@link #requestStop()}
     */
    public TrainingResult run() throws IOException, InterruptedException {
        try {
            start();
            TrainingResult.Reason reason = null;
            while (reason == null) {
                if (isDone()) {
                    reason = TrainingResult.Reason.STEPS_DONE;
                } else if (stopRequested()) {
                    reason = TrainingResult.Reason.REQUESTED;
                } else if (!stepOrRollBack()) {
                    reason = endOfSteps();
                }
            }
            TrainingResult result = finish(reason);
            ranks.end();
            return result;
        } catch (IOException | RuntimeException | InterruptedException | Error e) {
            ranks.tell(e);
            throw e;
        } finally {
            feed.close();
        }
    }

    /** Whether all steps are done. A worker hears of it from the rank that counts them. */
    private boolean isDone() {
        return plan.steps > 0 && progress.step >= plan.steps && (async == null || ranks.writes());
    }

    private boolean stopRequested() {
        return plan.gang == null ? feed.stopRequested() : stopAgreed;
    }

    private TrainingResult.Reason endOfSteps() {
        if (hookReason != null) {
            return TrainingResult.Reason.HOOK;
        }
        return stopRequested() ? TrainingResult.Reason.REQUESTED : TrainingResult.Reason.DATA_ENDED;
    }

    /** Ends the training after the step that is being done, with a checkpoint if any are written. Thread-safe. */
    public void requestStop() {
        stopAsked = true;
        if (plan.gang == null) {
            feed.requestStop();
        }
        if (validation != null) {
            validation.requestStop();
        }
    }

    private void start() throws IOException {
        if (plan.resumeFrom != null) {
            state.restore(plan.resumeFrom, progress);
            progress.rollbacks = plan.rollback == null ? 0 : progress.rollbacks;
        } else if (average != null) {
            average.start(program);
        }
        ranks.begin(program, progress.step, feed.state());
        for (Hook hook : hooks) {
            hook.onStarted(control);
        }
        // The first steps are those that diverge most: without this there would be nothing to go back to.
        if (ranks.writes() && (plan.rollback != null || (plan.saveAtStart && plan.resumeFrom == null))) {
            save();
        }
    }

    private boolean stepOrRollBack() throws IOException, InterruptedException {
        try {
            if (async == null) {
                return step();
            }
            return ranks.writes() ? serve() : work();
        } catch (DivergenceException e) {
            if (plan.rollback == null
                    || progress.rollbacks == plan.rollback.times()
                    || (ranks.writes() && lastCheckpoint == null)) {
                throw e;
            }
            LOG.warn("{}; going back to {}", e.getMessage(), lastCheckpoint);
            // The gradients of the batch at fault are still there: an update clears them, and what it does is
            // overwritten. A rank without rows has none, which the exchange makes zeros of.
            program.<RuntimeException>exchangeGradients(gradients -> {});
            program.update(new Program.StepContext(progress.step, 0, 0));
            int count = progress.rollbacks + 1;
            state.restore(ranks.checkpoint(lastCheckpoint), progress);
            progress.rollbacks = count;
            for (Hook hook : hooks) {
                hook.onRolledBack(control, e, lastCheckpoint);
            }
            return true;
        }
    }

    /** One update and what is due after it; false if there is no further batch, or a hook ended the training. */
    private boolean step() throws IOException, InterruptedException {
        if (hookReason != null && ranks.speaks(progress.step)) {
            agree(0, true, 0);
            return false;
        }
        long start = System.nanoTime();
        long waitedBefore = feed.waitedNanos();
        long othersBefore = ranks.waitedNanos();
        try (Batch batch = feed.next()) {
            if (batch != null) {
                lastStep = expectedSteps(batch);
                for (Hook hook : hooks) {
                    hook.onArrived(control, batch);
                }
            }
            if (ranks.sideBySide() && leaves(agree(0, batch == null, 0))) {
                return false;
            }
            double rate = rate();
            Batch learnt = batch == null || hardExamples == null ? batch : hardExamples.choose(batch, progress.step);
            double share = batch == null ? 0 : pass.of(learnt, progress.step, rate, this::lookAhead);
            Ranks.Agreed agreed = agree(share, batch == null, System.nanoTime() - start);
            if (leaves(agreed)) {
                return false;
            }
            double norm = learn(learnt, share, agreed.loss(), rate);
            ranks.settle(program, progress.step, false);
            stepped(
                    batch,
                    rate,
                    norm,
                    System.nanoTime() - start,
                    feed.waitedNanos() - waitedBefore,
                    ranks.waitedNanos() - othersBefore);
        }
        doWhatIsDue();
        return true;
    }

    /**
     * While a device computes, the next batch is got and sent on its way: what was waited for it then costs nothing, unless the device was
     * done before. Ranks say where each of them stands in the data, and do one batch at a time.
     */
    private void lookAhead(Program.PendingLoss loss) {
        boolean last = plan.steps > 0 && progress.step + 1 >= plan.steps;
        if (!program.computesBeside() || plan.gang != null || last) {
            return;
        }
        long before = feed.waitedNanos();
        Batch next = feed.lookAhead();
        if (!loss.isKnown()) {
            feed.forgive(feed.waitedNanos() - before);
        }
        if (next != null && hardExamples == null) {
            pass.stage(next);
        }
    }

    /** Tells of an update. */
    private void stepped(Batch batch, double rate, double norm, long nanos, long waitedNanos, long nanosWithOthers)
            throws IOException {
        progress.samples += batch.totalRows();
        throughput.add(nanos, waitedNanos, nanosWithOthers, batch.totalRows());
        StepReport report = report(batch, rate, norm);
        for (Hook hook : hooks) {
            hook.onStepped(control, report, batch);
        }
    }

    /** Evaluates and saves where it is time, or was while the ranks' weights were not the same. */
    private void doWhatIsDue() throws IOException, InterruptedException {
        evaluationDue |= plan.evaluateEvery > 0 && progress.step % plan.evaluateEvery == 0;
        savingDue |= ranks.writes()
                && plan.saving != null
                && plan.saving.isDue(progress.step, System.nanoTime() - lastSaveNanos);
        if (evaluationDue && ranks.isTogether(progress.step)) {
            evaluationDue = false;
            evaluate();
        }
        if (savingDue && ranks.isTogether(progress.step)) {
            savingDue = false;
            save();
        }
    }

    /** One update of what a worker learnt; false if the training is at its end. */
    private boolean serve() throws IOException, InterruptedException {
        if (hookReason != null) {
            return false;
        }
        long start = System.nanoTime();
        ParameterServer.Push push = async.server.next(progress.step);
        stopAgreed |= stopAsked || async.server.stopAsked();
        if (push == null) {
            return false;
        }
        long waited = System.nanoTime() - start;
        double rate = rate();
        ParameterMessage message = push.message();
        try (Batch batch = new PushedBatch(
                message.learnt().rows(),
                Batch.Format.valueOf(program.spec().inputFormat().name()))) {
            int staleness = async.server.apply(push, progress.step);
            double norm = update(batch, message.learnt().loss(), rate);
            async.applied(push, staleness);
            if (!isDone()) {
                async.server.handOut(progress.step);
            }
            stepped(
                    batch,
                    rate,
                    norm,
                    System.nanoTime() - start,
                    message.learnt().waitedNanos() / (plan.gang.size() - 1),
                    waited);
        }
        doWhatIsDue();
        return true;
    }

    /** One batch, for the rank that holds the parameters; false if the training is over. */
    private boolean work() throws IOException, InterruptedException {
        long updates = async.worker.pull();
        if (updates < 0) {
            return false;
        }
        progress.step = updates;
        long start = System.nanoTime();
        long waitedBefore = feed.waitedNanos();
        try (Batch batch = feed.next()) {
            if (batch == null || batch.size() == 0) {
                async.worker.skip(
                        batch == null ? ParameterMessage.Kind.ENDED : ParameterMessage.Kind.NOTHING,
                        stopAsked,
                        feed.state());
                return true;
            }
            double mean = pass.of(batch, progress.step, rate(), loss -> {});
            if (!Double.isFinite(mean)) {
                throw divergence(batch, "loss", mean, true);
            }
            progress.samples += batch.size();
            throughput.add(System.nanoTime() - start, feed.waitedNanos() - waitedBefore, 0, batch.size());
            progress.lastLoss = mean;
            async.worker.push(new ParameterMessage(
                    ParameterMessage.Kind.PUSH,
                    progress.step,
                    new ParameterMessage.Learnt(
                            mean, batch.size(), System.nanoTime() - start, feed.waitedNanos() - waitedBefore),
                    stopAsked,
                    plan.gang.rank(),
                    feed.state()));
        }
        return true;
    }

    private Ranks.Agreed agree(double share, boolean ended, long busyNanos) throws IOException {
        Ranks.Agreed agreed =
                ranks.agree(progress.step, new Ranks.Own(share, hookReason, ended, stopAsked, feed.state(), busyNanos));
        stopAgreed |= agreed.stop();
        return agreed;
    }

    private boolean leaves(Ranks.Agreed agreed) {
        if (agreed.ended() || agreed.leaves() != null) {
            hookReason = agreed.leaves();
            return true;
        }
        return false;
    }

    /** This step, and those that what is expected of the stream makes. All ranks find the same samples bad, and expect the same. */
    private long expectedSteps(Batch batch) {
        long samplesToCome = plan.steps == 0 ? -1 : feed.expectedSamples();
        return samplesToCome < 0
                ? plan.steps
                : Math.min(plan.steps, progress.step + 1 + (samplesToCome + batch.totalRows() - 1) / batch.totalRows());
    }

    private double rate() {
        double rate = schedule.rate(progress.step, plan.steps, lastStep);
        return progress.rollbacks == 0 ? rate : rate * Math.pow(plan.rollback.rateFactor(), progress.rollbacks);
    }

    private void save() throws IOException {
        for (Hook hook : hooks) {
            hook.onSaving(control);
        }
        lastCheckpoint = plan.checkpoints.save(snapshot());
        lastSavedStep = progress.step;
        lastSaveNanos = System.nanoTime();
        for (Hook hook : hooks) {
            hook.onSaved(control, lastCheckpoint);
        }
    }

    /**
     * Updates, if the loss is a number; returns the norm of the gradients.
     *
     * @param share of this rank's rows
     * @param sum   of the whole batch
     */
    private double learn(Batch batch, double share, double sum, double rate) throws IOException {
        if (!Double.isFinite(sum)) {
            throw divergence(batch, "loss", sum, !Double.isFinite(share));
        }
        ranks.sum(program);
        return update(batch, sum, rate);
    }

    private double update(Batch batch, double sum, double rate) throws IOException {
        for (Hook hook : hooks) {
            hook.onGradientsReady(control, batch);
        }
        double norm = program.update(new Program.StepContext(progress.step, 0, rate));
        if (!Double.isFinite(norm)) {
            throw divergence(batch, "norm of the gradients", norm, true);
        }
        progress.step++;
        progress.lastLoss = sum;
        if (average != null) {
            average.update(program, progress.step);
        }
        return norm;
    }

    /** @param explains whether this rank has something to say of it */
    private DivergenceException divergence(Batch batch, String what, double value, boolean explains)
            throws IOException {
        String own = explains ? FiniteCheck.explain(program, batch, progress.step, what, value) : null;
        return new DivergenceException(ranks.explanation(progress.step, own));
    }

    private StepReport report(Batch batch, double rate, double norm) {
        return new StepReport(
                progress.step,
                lastStep,
                progress.lastLoss,
                rate,
                norm,
                batch.totalRows(),
                new StepReport.Pace(
                        throughput.imagesPerSecond(),
                        throughput.waitedShare(),
                        plan.steps == 0 ? null : throughput.remaining(lastStep - progress.step)),
                ranks.report(throughput.othersShare()));
    }

    private void evaluate() throws IOException, InterruptedException {
        Evaluator.Outcome outcome = ranks.evaluated(
                progress.step,
                ranks.writes() ? validation.outcome(this::lookForStops, this::looked) : null,
                () -> stopAsked);
        if (outcome == null) {
            stopAgreed = true;
            return; // half an evaluation says nothing
        }
        Evaluation evaluation = progress.evaluated(outcome);
        schedule.observe(evaluation.metric());
        for (Hook hook : hooks) {
            hook.onEvaluated(control, evaluation);
        }
        if (evaluation.best() && plan.checkpoints != null && ranks.writes()) {
            plan.checkpoints.saveBest(snapshot());
        }
    }

    private TaskMetrics looked(TaskMetrics metrics) {
        TaskMetrics its = metrics;
        for (Hook hook : hooks) {
            its = hook.measuring(control, its);
        }
        return its;
    }

    private void lookForStops() throws IOException {
        if (ranks.evaluating(progress.step)) {
            requestStop();
        }
    }

    private TrainingResult finish(TrainingResult.Reason reason) throws IOException, InterruptedException {
        ranks.settle(program, progress.step, true);
        try {
            if (plan.validation != null && !progress.isEvaluated() && reason != TrainingResult.Reason.REQUESTED) {
                evaluate();
            }
        } finally {
            // What was learnt is not lost to what it is evaluated on.
            if (plan.checkpoints != null && lastSavedStep != progress.step && ranks.writes()) {
                save();
            }
        }
        TrainingResult result = new TrainingResult(
                reason,
                message(reason),
                progress.step,
                progress.lastLoss,
                progress.lastEvaluation(),
                throughput.overallImagesPerSecond(),
                throughput.waitedShare(),
                lastCheckpoint);
        for (Hook hook : hooks) {
            hook.onEnded(control, result);
        }
        return result;
    }

    private String message(TrainingResult.Reason reason) {
        return switch (reason) {
            case STEPS_DONE -> "all " + plan.steps + " steps are done";
            case DATA_ENDED -> "the data is at its end";
            case HOOK -> hookReason;
            case REQUESTED -> "a stop was requested";
        };
    }

    /** Where the training goes on in the data. */
    private String position() {
        String its = async == null || async.server == null ? null : async.server.position();
        return its == null ? feed.state() : its;
    }

    /** The whole state between two updates, as copies. Called on the loop's thread, from a hook for instance, or after the run. */
    public Checkpoint snapshot() {
        return state.snapshot(progress, position());
    }

    /** What hooks see. */
    private final class Control implements LoopControl {
        @Override
        public long step() {
            return progress.step;
        }

        @Override
        public Program program() {
            return program;
        }

        @Override
        public Task task() {
            return task;
        }

        @Override
        public void stop(String reason) {
            hookReason = hookReason == null ? reason : hookReason;
        }
    }
}
