package org.batchmill.jobs.options;

import java.nio.file.Path;

/** Where a run keeps what it makes, and how often. Not thread-safe while it is being filled in. */
public final class RunOptions {

    private Path run;
    private boolean resume = false;
    private boolean fallback = false;
    private int keep = 3;
    private Long checkpointSteps;
    private Double checkpointMinutes;
    private Long evaluateSteps;
    private Path trace;

    /** The run folder; null for a new one below {@code runs}. */
    public Path run() {
        return run;
    }

    public RunOptions run(Path value) {
        run = value;
        return this;
    }

    /** Goes on from the last checkpoint in the run folder. */
    public boolean resume() {
        return resume;
    }

    public RunOptions resume(boolean value) {
        resume = value;
        return this;
    }

    /** May go on from an older checkpoint when the last is damaged. */
    public boolean fallback() {
        return fallback;
    }

    public RunOptions fallback(boolean value) {
        fallback = value;
        return this;
    }

    /** So many checkpoints are kept, beside the best. */
    public int keep() {
        return keep;
    }

    public RunOptions keep(int value) {
        keep = value;
        return this;
    }

    /** Updates between checkpoints; null for once an epoch, at most 50 times in a run. */
    public Long checkpointSteps() {
        return checkpointSteps;
    }

    public RunOptions checkpointSteps(Long value) {
        checkpointSteps = value;
        return this;
    }

    /** Minutes between checkpoints, beside those by updates. */
    public Double checkpointMinutes() {
        return checkpointMinutes;
    }

    public RunOptions checkpointMinutes(Double value) {
        checkpointMinutes = value;
        return this;
    }

    /** Updates between evaluations; null for once an epoch, at most 50 times in a run. */
    public Long evaluateSteps() {
        return evaluateSteps;
    }

    public RunOptions evaluateSteps(Long value) {
        evaluateSteps = value;
        return this;
    }

    /** A file for a Chrome trace of input stages and layers; null for none. */
    public Path trace() {
        return trace;
    }

    public RunOptions trace(Path value) {
        trace = value;
        return this;
    }
}
