package org.batchmill.jobs.report;

/** What a run, or a search, calls its files: docs/cli.md says what is in them. */
public final class RunFiles {

    /** All options, as they came to be. */
    public static final String CONFIG = "config.yaml";

    /** A line of numbers each few steps. */
    public static final String METRICS = "metrics.csv";

    /** What the pipeline did up to then, a JSON line now and then. */
    public static final String INPUT = "input.jsonl";

    /** What the run came to, written when it has ended. */
    public static final String SUMMARY = "summary.json";

    /** What each stage and layer did when, if a trace was asked for. */
    public static final String TRACE = "trace.json";

    /** The pages of the dashboard in one file, written when the run has ended. */
    public static final String REPORT = "report.html";

    /** The trials of a search, a JSON line each. */
    public static final String TRIALS = "results.jsonl";

    /** The trials of a search as a table, the best first. */
    public static final String TABLE = "results.csv";

    private RunFiles() {}
}
