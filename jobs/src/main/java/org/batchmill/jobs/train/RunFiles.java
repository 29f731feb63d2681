package org.batchmill.jobs.train;

/** What a run calls its files: docs/train.md says what is in them. */
public final class RunFiles {

    /** All options, as they came to be. */
    public static final String CONFIG = "config.yaml";

    /** A line of numbers each few steps. */
    public static final String METRICS = "metrics.csv";

    /** What is written when it has ended. */
    public static final String REPORT = "report.html";

    private RunFiles() {}
}
