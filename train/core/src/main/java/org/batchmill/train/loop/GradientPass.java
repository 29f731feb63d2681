package org.batchmill.train.loop;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.batchmill.batches.Batch;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Program;
import org.batchmill.train.task.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forward and back over a batch, in as many pieces as the program's rows make necessary. Used by the loop's thread. */
final class GradientPass {

    private static final Logger LOG = LoggerFactory.getLogger(GradientPass.class);

    private final Program program;
    private final Task task;
    private final int rowsAtATime;
    private final Ranks ranks;
    private final List<Hook> hooks;
    private final LoopControl control;

    private float[] targets = new float[0];

    /** @param rowsAtATime of a piece; 0 for as many as the program takes */
    GradientPass(Program program, Task task, int rowsAtATime, Ranks ranks, List<Hook> hooks, LoopControl control) {
        this.program = program;
        this.task = task;
        this.rowsAtATime = rowsAtATime;
        this.ranks = ranks;
        this.hooks = hooks;
        this.control = control;
    }

    /**
     * Adds a batch's gradients to those that the program holds; returns these rows' share of the loss.
     *
     * @param meanwhile is done while the last piece is being computed, before its loss is read
     */
    double of(Batch batch, long step, double rate, Consumer<Program.PendingLoss> meanwhile) throws IOException {
        return ranks.pass(
                program,
                batch.size(),
                new Program.StepContext(step, 0, rate),
                () -> accumulate(batch, step, rate, meanwhile));
    }

    /** Sends the first piece of a batch that is learnt next on its way. One that does not fit is refused when it is learnt. */
    void stage(Batch batch) {
        try {
            MicroBatches pieces = new MicroBatches(batch, program.spec(), rowsAtATime);
            if (pieces.count() > 0) {
                program.stage(pieces.pixels(0), pieces.rows(0));
            }
        } catch (UsageException e) {
            LOG.debug("not staged: {}", e.getMessage());
        }
    }

    private void encode(Batch batch, int targetSize) throws IOException {
        if (batch.size() == 0) {
            return;
        }
        if (targets.length < batch.size() * targetSize) {
            targets = new float[batch.size() * targetSize];
        }
        task.encode(batch, targetSize, targets);
    }

    private double accumulate(Batch batch, long step, double rate, Consumer<Program.PendingLoss> meanwhile)
            throws IOException {
        int targetSize = program.spec()
                .loss()
                .targetSize(program.spec().network().output().size());
        MicroBatches pieces = new MicroBatches(batch, program.spec(), rowsAtATime);
        encode(batch, targetSize);
        if (ranks.wholeBatches() && pieces.count() > 1) {
            throw new UsageException(
                    "batch norm over all ranks goes by whole batches, and this one is learnt in pieces: compile for more rows");
        }
        int meanOver = ranks.meanOver(batch);
        double sum = 0;
        for (int piece = 0; piece < pieces.count(); piece++) {
            float[] its = targetOf(pieces, piece, targetSize, batch.size());
            if (piece + 1 == pieces.count()) {
                ranks.lastPiece();
            }
            Program.PendingLoss loss = program.begin(
                    pieces.pixels(piece),
                    pieces.rows(piece),
                    its,
                    meanOver,
                    new Program.StepContext(step, pieces.number(piece), rate, pieces.rowInPiece(piece)));
            if (piece + 1 < pieces.count()) {
                program.stage(pieces.pixels(piece + 1), pieces.rows(piece + 1));
            } else {
                meanwhile.accept(loss);
            }
            sum += loss.value();
            for (Hook hook : hooks) {
                hook.onAccumulated(control, pieces.rows(piece), its);
            }
        }
        return sum;
    }

    private float[] targetOf(MicroBatches pieces, int piece, int targetSize, int rows) {
        if (pieces.count() == 1 && targets.length == rows * targetSize) {
            return targets;
        }
        int from = pieces.firstRow(piece) * targetSize;
        return Arrays.copyOfRange(targets, from, from + pieces.rows(piece) * targetSize);
    }
}
