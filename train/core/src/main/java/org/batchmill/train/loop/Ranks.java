package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.engine.Program;

/**
 * The ranks that learn together, as a training loop deals with them. Whoever learns alone agrees with himself. What a rank does between
 * two calls follows from what was agreed on alone, so that all do the same steps and none waits for one that went elsewhere.
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

    /** Sums the gradients over all ranks. */
    void sum(Program program);

    /** The one line with which all end, from what each has to say; null for nothing. */
    String explanation(long step, String own) throws IOException;

    /** While rank 0 evaluates: others hear that it goes on; whether one of them was asked to stop. */
    boolean judging(long step) throws IOException;

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
        public boolean judging(long step) {
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
