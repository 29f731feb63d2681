package org.batchmill.train.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.batchmill.batches.Batch;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Shape;

/**
 * Cuts a batch into pieces that a program takes: a batch may hold more rows than the program was compiled for, and then the
 * gradients of several passes make one update.
 */
final class MicroBatches {

    private final Batch batch;
    private final ByteBuffer pixels;
    private final int rowsEach;
    private final int rowBytes;

    /** Rows of the first piece that are other ranks'. */
    private final int before;

    private final int firstPiece;

    MicroBatches(Batch batch, ProgramSpec spec) {
        this(batch, spec, spec.batchSize());
    }

    /**
     * @param rowsEach rows of the whole batch that make a piece, of which this batch may have some: at most the program's rows of
     *                 each, and at most two pieces only in part
     */
    MicroBatches(Batch batch, ProgramSpec spec, int rowsEach) {
        String format = batch.format().name();
        if (!format.equals(spec.inputFormat().name())) {
            throw new UsageException(
                    "the batches are " + format + ", but the network was compiled for " + spec.inputFormat());
        }
        this.batch = batch;
        this.pixels = batch.pixels();
        this.rowsEach = rowsEach;
        this.before = batch.firstRow() % rowsEach;
        this.firstPiece = batch.firstRow() / rowsEach;
        long values = (long) spec.network().input().size() * spec.network().timeSteps();
        long expected = values * (batch.format() == Batch.Format.UINT8_NHWC ? 1 : Float.BYTES);
        if (!shapeFits(batch, spec) || pixels.remaining() != expected * batch.size()) {
            throw new UsageException(
                    "the batches hold images of " + batch.channels() + "x" + batch.height() + "x" + batch.width()
                            + ", but the network takes " + spec.network().input());
        }
        this.rowBytes = (int) expected;
    }

    /** Numbers of a row have no sides, and a sequence's frames lie one behind the other: only how many there are is known. */
    private static boolean shapeFits(Batch batch, ProgramSpec spec) {
        Shape input = spec.network().input();
        return spec.network().timeSteps() > 1
                || input.isVector()
                || (batch.channels() == input.channels()
                        && batch.height() == input.height()
                        && batch.width() == input.width());
    }

    int count() {
        return batch.size() == 0 ? 0 : (before + batch.size() + rowsEach - 1) / rowsEach;
    }

    /** In this batch. */
    int firstRow(int piece) {
        return Math.max(0, piece * rowsEach - before);
    }

    int rows(int piece) {
        return Math.min((piece + 1) * rowsEach - before, batch.size()) - firstRow(piece);
    }

    /** Which piece of the whole batch this is. */
    int number(int piece) {
        return firstPiece + piece;
    }

    /** Which row of the whole piece its first row here is. */
    int rowInPiece(int piece) {
        return piece == 0 ? before : 0;
    }

    ByteBuffer pixels(int piece) {
        return pixels.slice(pixels.position() + firstRow(piece) * rowBytes, rows(piece) * rowBytes)
                .order(ByteOrder.nativeOrder());
    }
}
