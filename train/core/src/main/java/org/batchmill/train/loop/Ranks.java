package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.batchmill.batches.Batch;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.engine.Program;

/**
 * The ranks that learn together, as a training loop deals with them. Whoever learns alone agrees with himself. What a rank does between
 * two calls follows from what was agreed on alone, so that all do the same steps and none waits for one that went elsewhere. What is
 * written out here is how ranks go that do each step together, or alone.
 */
interface Ranks {

    /**
     * What a rank knows when it went forward and back over its rows.
     *
     * @param loss      its share of the loss
     * @param leaves    why the training ends without this step; null if it does not: only rank 0 has hooks
     * @param ended     there is no batch
     * @param stop      a stop was asked for
     * @param position  where its stream of batches stands
     * @param busyNanos how long it took to get and to learn its rows
     */
    record Own(double loss, String leaves, boolean ended, boolean stop, String position, long busyNanos) {}

    /** What all know then: the loss over the whole batch, and the rest as above. */
    record Agreed(double loss, String leaves, boolean ended, boolean stop) {}

    /** Whether this rank has hooks, evaluates and writes. */
    boolean writes();

    /** Requires that all begin alike. */
    void begin(Program program, long step, String position) throws IOException;

    Agreed agree(long step, Own own) throws IOException;

    /**
     * Whether all ranks go forward and back side by side, because they exchange something meanwhile: then all {@linkplain #agree agree} before as
     * well, that all have a batch.
     */
    default boolean sideBySide() {
        return false;
    }

    /** Whether a batch may not be learnt in pieces, because batch norms go by the rows of all ranks. */
    default boolean wholeBatches() {
        return false;
    }

    /** In a pass: the program is to learn the last of this rank's rows now. */
    default void lastPiece() {}

    /**
     * Forward and back over the rows of this rank.
     *
     * @param work returns their share of the loss
     * @param rows 0 for none
     */
    default double pass(Program program, int rows, Program.StepContext context, Gang.Pass work) throws IOException {
        return work.run();
    }

    /** Whether the weights after so many steps are those of all ranks: only such are evaluated and saved. */
    default boolean isTogether(long steps) {
        return true;
    }

    /** Whether the ranks agree in the step that follows so many. */
    default boolean speaks(long steps) {
        return true;
    }

    /** Rows that the gradients of a rank's batch are the mean over. */
    default int meanOver(Batch batch) {
        return batch.totalRows();
    }

    /** Behind each update, and at the end: brings the weights together where it is time. */
    default void settle(Program program, long steps, boolean atEnd) throws IOException, InterruptedException {}

    /** Sums the gradients over all ranks, unless the pass has done so. */
    void sum(Program program);

    /** The one line with which all end, from what each has to say; null for nothing. */
    String explanation(long step, String own) throws IOException;

    /** While rank 0 evaluates: others hear that it goes on; whether one of them was asked to stop. */
    boolean evaluating(long step) throws IOException;

    /**
     * The outcome of rank 0's evaluation.
     *
     * @param own  rank 0's, null if it was stopped
     * @param stop tells whether this rank was asked to stop
     * @return the same on all ranks
     */
    Evaluator.Outcome evaluated(long step, Evaluator.Outcome own, BooleanSupplier stop) throws IOException;

    /** Rank 0's checkpoint. */
    Checkpoint checkpoint(Path file) throws IOException;

    /** Tells the others of a failure, unless it came from them. */
    void tell(Throwable failure);

    /** The training is over for all ranks. */
    void end();

    /** Time spent with the others so far. */
    long waitedNanos();

    /** Null for whoever is alone. */
    GangReport report(double othersShare);

    /** Whoever learns alone. */
    Ranks ALONE = new Ranks() {
        @Override
        public boolean writes() {
            return true;
        }

        @Override
        public void begin(Program program, long step, String position) {}

        @Override
        public Agreed agree(long step, Own own) {
            return new Agreed(own.loss(), own.leaves(), own.ended(), own.stop());
        }

        @Override
        public void sum(Program program) {}

        @Override
        public String explanation(long step, String own) {
            return own;
        }

        @Override
        public boolean evaluating(long step) {
            return false;
        }

        @Override
        public Evaluator.Outcome evaluated(long step, Evaluator.Outcome own, BooleanSupplier stop) {
            return own;
        }

        @Override
        public Checkpoint checkpoint(Path file) throws IOException {
            return CheckpointFile.read(file);
        }

        @Override
        public void tell(Throwable failure) {}

        @Override
        public void end() {}

        @Override
        public long waitedNanos() {
            return 0;
        }

        @Override
        public GangReport report(double othersShare) {
            return null;
        }
    };
}
