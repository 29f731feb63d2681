package org.batchmill.train.loop;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.batchmill.batches.Batch;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.engine.Program;

/** Ranks of which the first holds the parameters, and the others push gradients to it and pull weights from it. */
final class AsyncRanks extends GangRanks {

    /** Of rank 0; null on the others. */
    final ParameterServer server;

    /** Of the others; null on rank 0. */
    final ParameterWorker worker;

    private final long[] pushes;
    private final long[] nanos;
    /** Whether the ranks agreed to begin; before, they speak as all ranks do. */
    private boolean begun;

    private int last;
    private int most;
    private long sum;
    private long count;

    AsyncRanks(Gang gang, Program program, int maxStaleness) {
        super(gang, program, false);
        this.server = gang.writes() ? new ParameterServer(gang, program, maxStaleness) : null;
        this.worker = gang.writes() ? null : new ParameterWorker(gang, program);
        this.pushes = new long[gang.size()];
        this.nanos = new long[gang.size()];
    }

    @Override
    public void begin(Program program, long step, String position) throws IOException {
        super.begin(program, step, position);
        begun = true;
        if (server != null) {
            server.begin(step);
        }
    }

    @Override
    public int meanOver(Batch batch) {
        return batch.size();
    }

    @Override
    public String explanation(long step, String own) {
        return own;
    }

    @Override
    public boolean evaluating(long step) throws IOException {
        server.beat();
        return server.stopAsked();
    }

    @Override
    public Evaluator.Outcome evaluated(long step, Evaluator.Outcome own, BooleanSupplier stop) {
        return own;
    }

    @Override
    public void settle(Program program, long steps, boolean atEnd) throws IOException, InterruptedException {
        if (atEnd && server != null) {
            server.end();
        }
    }

    @Override
    public void tell(Throwable failure) {
        if (!begun) {
            super.tell(failure);
            return;
        }
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        String line = message.lines().findFirst().orElse("");
        if (server != null) {
            server.tell(failure, line);
        } else {
            worker.tell(failure, line);
        }
    }

    /** An update was made of a worker's push. */
    void applied(ParameterServer.Push push, int staleness) {
        pushes[push.rank()]++;
        nanos[push.rank()] += push.message().learnt().busyNanos();
        last = staleness;
        most = Math.max(most, staleness);
        sum += staleness;
        count++;
    }

    @Override
    public GangReport report(double othersShare) {
        int slowest = 1;
        for (int rank = 2; rank < nanos.length; rank++) {
            // nanos / pushes, of which either may be 0. A day of nanos times a million pushes is beyond a long.
            slowest = (double) nanos[rank] * pushes[slowest] > (double) nanos[slowest] * pushes[rank] ? rank : slowest;
        }
        return new GangReport(
                gang.size(), othersShare, slowest, new GangReport.Staleness(last, (double) sum / count, most));
    }
}
