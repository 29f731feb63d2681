package org.batchmill.train.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.train.collective.Collective.PendingSum;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.collective.LostRankException;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.Program;

/**
 * Sums the gradients of a pass over all ranks while it still goes on: in buckets from the block's end to its front, each as soon as the pass is
 * done with it (Li et al., PyTorch distributed, 2020). All ranks begin the same sums in the same order, whatever becomes of their pass: one that
 * has no rows, or fails, gives what it has, and the others hear of it in the words that follow. Used by the loop's thread.
 */
final class BucketSums {

    /** So many at most: each costs messages of its own. */
    private static final int BUCKETS = 16;

    /** Floats of a bucket at least. */
    private static final int LEAST = 1 << 14;

    private final Gang gang;
    private final Program program;
    private final List<PendingSum> begun = new ArrayList<>();
    /** Where what was begun starts; negative before the first bucket of a pass. */
    private long from = -1;

    BucketSums(Gang gang, Program program) {
        this.gang = gang;
        this.program = program;
    }

    /** Whether the program says how far its passes are. */
    static boolean can(Program program) {
        return program.watchGradients(null);
    }

    /** The program's next pass is the last one of this rank's rows. */
    void watch() {
        program.watchGradients(this::beginFrom);
    }

    /**
     * Goes forward and back over this rank's rows, and returns with the gradients of all.
     *
     * @param work {@link #watch watches} its last pass, if it makes any
     */
    double pass(Gang.Pass work) throws IOException {
        from = -1;
        double value;
        try {
            value = work.run();
        } catch (LostRankException e) {
            leave(e);
            throw e;
        } catch (IOException | RuntimeException e) {
            takePart(e);
            throw e;
        } finally {
            program.watchGradients(null);
        }
        program.<RuntimeException>exchangeGradients(this::finish);
        return value;
    }

    /** The others sum what is left, and this rank with them: only then do they listen to what it has to say. */
    private void takePart(Exception failure) {
        try {
            program.<RuntimeException>exchangeGradients(this::finish);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void finish(NativeFloats gradients) {
        try {
            beginFrom(gradients, 0);
        } catch (LostRankException e) {
            leave(e);
            throw e;
        }
        LostRankException lost = await();
        if (lost != null) {
            throw lost;
        }
    }

    /** Begins the buckets that lie behind a place. */
    private void beginFrom(NativeFloats gradients, long first) {
        long bucket = Math.max(LEAST, (gradients.count() + BUCKETS - 1) / BUCKETS);
        long end = from < 0 ? gradients.count() : from;
        while (end > first) {
            // From the front on, so that a block has the same buckets whatever is known of it.
            long start = (end - 1) / bucket * bucket;
            if (start < first) {
                break;
            }
            begun.add(gang.beginSum(NativeFloats.ofHost(
                    gradients.requireHost().slice(Math.toIntExact(start), Math.toIntExact(end - start)))));
            end = start;
        }
        from = end;
    }

    private void leave(LostRankException lost) {
        LostRankException another = await();
        if (another != null) {
            lost.addSuppressed(another);
        }
    }

    /** Until nobody writes to the gradients any more; returns the first failure. Behind one, the others come at once. */
    private LostRankException await() {
        LostRankException lost = null;
        for (PendingSum sum : begun) {
            try {
                sum.await();
            } catch (LostRankException e) {
                lost = lost == null ? e : lost;
            }
        }
        begun.clear();
        return lost;
    }
}
