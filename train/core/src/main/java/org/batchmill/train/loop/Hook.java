package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.file.Path;
import org.batchmill.batches.Batch;
import org.batchmill.train.task.TaskMetrics;

/**
 * Something that looks on while a network is trained, and may stop it. Called by the thread of the loop, in the order in which the
 * hooks were added. An exception ends the training.
 */
public interface Hook {

    /** Before the first step. */
    default void onStarted(LoopControl loop) throws IOException {}

    /** A batch came, and nothing of it is learnt yet; it is valid during the call. */
    default void onArrived(LoopControl loop, Batch batch) throws IOException {}

    /**
     * A piece of a batch went forward and back; its outputs are {@code loop.program().lastOutputs}. A batch that fits the program is one
     * piece.
     *
     * @param targets of the piece's rows
     */
    default void onAccumulated(LoopControl loop, int rows, float[] targets) throws IOException {}

    /** The gradients of a batch are complete and not applied yet; the batch is valid during the call. */
    default void onGradientsReady(LoopControl loop, Batch batch) throws IOException {}

    /** A step is done; the batch is valid during the call. */
    default void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {}

    /** The training went back to a checkpoint because of a number that is not finite, and goes on with a smaller rate. */
    default void onRolledBack(LoopControl loop, DivergenceException cause, Path checkpoint) throws IOException {}

    /**
     * An evaluation begins.
     *
     * @param metrics empty
     * @return what takes their place, and passes on to them what it is given; they themselves where there is nothing to look at
     */
    default TaskMetrics measuring(LoopControl loop, TaskMetrics metrics) {
        return metrics;
    }

    /** An evaluation is done. */
    default void onEvaluated(LoopControl loop, Evaluation evaluation) throws IOException {}

    /** A checkpoint is about to be written: what its position takes for done must be done now. */
    default void onSaving(LoopControl loop) throws IOException {}

    /** A checkpoint was written. */
    default void onSaved(LoopControl loop, Path checkpoint) throws IOException {}

    /** The training ended without an exception. */
    default void onEnded(LoopControl loop, TrainingResult result) throws IOException {}

    /** Under which name {@link #state()} is kept in checkpoints: unique among the hooks of a loop that have a state. */
    default String stateName() {
        return getClass().getSimpleName();
    }

    /** What {@link #restore} needs to go on as if nothing had happened; empty for nothing. */
    default String state() {
        return "";
    }

    /** Takes back what {@link #state()} gave. */
    default void restore(String state) throws IOException {}
}
