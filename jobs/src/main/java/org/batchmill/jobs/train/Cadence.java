package org.batchmill.jobs.train;

import org.batchmill.jobs.options.RunOptions;
import org.batchmill.jobs.task.Learning;
import org.batchmill.records.SampleSource;
import org.batchmill.train.loop.CheckpointPolicy;

/** How often a run is looked at: when it is evaluated and when it is saved. A plain value. */
record Cadence(RunOptions run, Learning learning, SampleSource training) {

    /** Evaluations, and checkpoints, in a run whose options do not say. */
    private static final int MOST_LOOKS = 50;

    CheckpointPolicy saving() {
        long steps = run.checkpointSteps != null ? run.checkpointSteps : interval();
        return new CheckpointPolicy(steps, run.checkpointMinutes);
    }

    /** Updates from one evaluation to the next. */
    long evaluateEvery() {
        return run.evaluateSteps != null ? run.evaluateSteps : interval();
    }

    /** Updates from one look at the run to the next: an epoch, but of a small data set several, so that looking does not take the time. */
    private long interval() {
        long epoch = training instanceof SampleSource.Indexed indexed
                ? Math.max(1, indexed.size() / learning.recipe().batch())
                : 1000;
        return Math.max(epoch, learning.recipe().steps() / MOST_LOOKS);
    }
}
