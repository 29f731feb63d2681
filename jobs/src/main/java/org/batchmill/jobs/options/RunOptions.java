package org.batchmill.jobs.options;

import java.nio.file.Path;
import java.time.Duration;

/** Where a run keeps what it makes, and how often. Not thread-safe while it is being filled in. */
public final class RunOptions implements OptionGroup {

    @JobOption(
            value = "The run folder.",
            label = "DIR",
            otherwise = "a new one below runs/",
            ofOneCall = true,
            common = true,
            form = TextForms.LocalPath.class)
    public Path run;

    @JobOption(value = "Go on from the last checkpoint in the run folder.", ofOneCall = true, common = true)
    public boolean resume;

    @JobOption(value = "With --resume: go on from an older checkpoint if the last is damaged.", ofOneCall = true)
    public boolean fallback;

    @JobOption(
            value =
                    "Keep a copy of the run folder there, sent after each checkpoint and at the end: s3://bucket/runs/a.",
            label = "URI")
    public String upload;

    @JobOption(value = "Checkpoints kept, beside the best.", label = "N")
    @Within(atLeast = 1)
    public int keep = 3;

    @JobOption(
            value = "Updates between checkpoints; 0 writes none by their number.",
            label = "N",
            otherwise = "once an epoch, but at most 50 times in a run")
    @Within(atLeast = 0)
    public Long checkpointSteps;

    @JobOption(
            value = "Minutes between checkpoints, beside those by updates.",
            label = "X",
            form = TextForms.Minutes.class)
    @Within(atLeast = 0)
    public Duration checkpointMinutes;

    @JobOption(
            value = "Updates between evaluations; 0 evaluates at the end alone.",
            label = "N",
            otherwise = "once an epoch, but at most 50 times in a run")
    @Within(atLeast = 0)
    public Long evaluateSteps;

    @JobOption(value = "Write a Chrome trace of input stages and layers.", label = "FILE")
    public Path trace;
}
