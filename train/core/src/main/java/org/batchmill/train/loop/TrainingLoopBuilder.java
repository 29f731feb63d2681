package org.batchmill.train.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.batchmill.batches.Batch;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.engine.Program;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.task.Task;

/** Says how a {@link TrainingLoop} is to run. Not thread-safe. */
public final class TrainingLoopBuilder {

    final Program program;
    final Task task;
    final BatchStream batches;
    final List<Hook> hooks = new ArrayList<>();
    Schedule schedule = new Schedule.Constant(.001);
    long steps;
    Supplier<BatchStream> validation;
    long evaluateEvery;
    double averageDecay;
    Checkpoint resumeFrom;
    CheckpointFolder checkpoints;
    CheckpointPolicy saving;
    boolean saveAtStart;
    Rollback rollback;
    double hardShare;
    Gang gang;
    boolean overlapSums;
    int rowsAtATime;
    Synchronization synchronization = Synchronization.EACH_STEP;
    int maxStaleness = -1;

    TrainingLoopBuilder(Program program, Task task, BatchStream batches) {
        if (!program.spec().training()) {
            throw new UsageException("the network was compiled to predict only");
        }
        this.program = program;
        this.rowsAtATime = program.spec().batchSize();
        this.task = Objects.requireNonNull(task, "task");
        this.batches = Objects.requireNonNull(batches, "batches");
    }

    /** The learning rate; .001 without it. */
    public TrainingLoopBuilder schedule(Schedule schedule) {
        this.schedule = Objects.requireNonNull(schedule, "schedule");
        return this;
    }

    /** Ends when so many updates are done, those before a resume included; 0 trains until the data ends. */
    public TrainingLoopBuilder steps(long steps) {
        this.steps = steps;
        return this;
    }

    /**
     * Evaluates at the end, and every so many steps.
     *
     * @param validation opens the validation data from its start; the loop closes what it gives
     * @param everySteps 0 for the end only
     */
    public TrainingLoopBuilder evaluate(Supplier<BatchStream> validation, long everySteps) {
        this.validation = Objects.requireNonNull(validation, "validation");
        this.evaluateEvery = everySteps;
        return this;
    }

    /** Keeps a moving average of the weights, which evaluations and predictions use: .999 for instance. */
    public TrainingLoopBuilder weightAverage(double decay) {
        this.averageDecay = decay;
        return this;
    }

    /**
     * Writes checkpoints: as {@code saving} says, at the end, and the best of the evaluations. The caller holds the run folder's
     * lock.
     */
    public TrainingLoopBuilder checkpoints(CheckpointFolder folder, CheckpointPolicy saving) {
        this.checkpoints = Objects.requireNonNull(folder, "folder");
        this.saving = Objects.requireNonNull(saving, "saving");
        return this;
    }

    /** Writes the first checkpoint before the first step of a new run, so that there is always one to go back to; needs {@link #checkpoints}. */
    public TrainingLoopBuilder checkpointAtStart() {
        this.saveAtStart = true;
        return this;
    }

    /** Goes back to the last checkpoint where the training would fail because of a NaN; needs {@link #checkpoints}. */
    public TrainingLoopBuilder rollback(Rollback rollback) {
        this.rollback = rollback;
        return this;
    }

    /**
     * Favours hard examples: of each batch only this share of the rows is learnt, drawn so that a row of twice the loss is twice as
     * likely to be drawn first. What a step draws is a function of the seed and the step. Costs a prediction of the whole batch.
     *
     * @param share above 0 and below 1
     */
    public TrainingLoopBuilder hardExamples(double share) {
        if (!(share > 0 && share < 1)) {
            throw new UsageException("the share of hard examples lies between 0 and 1: it cannot be " + share);
        }
        this.hardShare = share;
        return this;
    }

    /**
     * Learns as one rank of a gang, which must all be built alike. The batches hold this rank's rows of each batch and say so
     * ({@link Batch#firstRow()}, {@link Batch#totalRows()}); gradients are summed over all ranks before each update, so that all have
     * the same weights. Rank 0 alone calls hooks, evaluates and writes checkpoints; a stop that any rank is asked for, and whatever
     * rank 0's hooks decide, ends all ranks behind the same step.
     *
     * @param gang        the caller closes its collective after the training
     * @param rowsAtATime rows of a whole batch that are learnt at a time, on all ranks together: what the program's rows are to
     *                    whoever learns alone. Random numbers follow from a row's place among them
     */
    public TrainingLoopBuilder gang(Gang gang, int rowsAtATime) {
        this.gang = Objects.requireNonNull(gang, "gang");
        this.rowsAtATime = rowsAtATime;
        return this;
    }

    /**
     * Has the ranks of a {@link #gang} sum gradients in buckets while the pass back still goes on, where the engine can and each step sums
     * them. The order of additions is another, and so may be last bits; the same gang learns the same bit for bit. Each step has one more
     * exchange of words.
     */
    public TrainingLoopBuilder overlapSums(boolean overlap) {
        this.overlapSums = overlap;
        return this;
    }

    /**
     * When the ranks of a {@link #gang} bring together what they learn; in each step without it. Where weights are averaged every so many
     * steps, evaluations, checkpoints and stops wait for an average. Where one rank holds the parameters, it alone makes updates: its
     * batches are not looked at, and those of the others are each whole batches.
     *
     * @param maxStaleness of asynchronous training, updates that may come between a pull and the update by its gradients; negative for any
     *                     number
     */
    public TrainingLoopBuilder synchronization(Synchronization synchronization, int maxStaleness) {
        this.synchronization = Objects.requireNonNull(synchronization, "synchronization");
        this.maxStaleness = maxStaleness;
        return this;
    }

    /** Adds a hook; hooks are called in the order in which they were added. */
    public TrainingLoopBuilder hook(Hook hook) {
        hooks.add(Objects.requireNonNull(hook, "hook"));
        return this;
    }

    /** Goes on from a checkpoint; the caller opens the batches at {@code checkpoint.progress().data()}. */
    public TrainingLoopBuilder resume(Checkpoint checkpoint) {
        this.resumeFrom = checkpoint;
        return this;
    }

    public TrainingLoop build() {
        if ((rollback != null || saveAtStart) && checkpoints == null) {
            throw new UsageException("going back to a checkpoint needs checkpoints");
        }
        if (gang != null && hardShare != 0) {
            throw new UsageException(
                    "hard examples are chosen among all rows of a batch, of which a rank of a gang has some");
        }
        if (gang != null && synchronization.kind() != Synchronization.Kind.STEP) {
            if (rollback != null || program.spec().syncBatchNorm()) {
                throw new UsageException(
                        "ranks that go back together, or norm their batches together, agree in each step: not "
                                + synchronization);
            }
            if (synchronization.isAsync() && gang.size() < 2) {
                throw new UsageException("one rank holds the parameters and the others learn: " + synchronization
                        + " needs two or more");
            }
        }
        return new TrainingLoop(this);
    }
}
