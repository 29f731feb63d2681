package org.batchmill.cli;

import java.nio.file.Path;
import org.batchmill.jobs.options.RunOptions;
import picocli.CommandLine.Option;

/** The options that say where a run keeps what it makes. */
final class RunMixin {

    @Option(names = "--run", paramLabel = "DIR", description = "The run folder; a new one below runs/ if not given.")
    Path run;

    @Option(names = "--resume", description = "Go on from the last checkpoint in the run folder.")
    boolean resume;

    @Option(names = "--fallback", description = "With --resume: go on from an older checkpoint if the last is damaged.")
    boolean fallback;

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "3",
            description = "Checkpoints kept, beside the best (default 3).")
    int keep;

    @Option(
            names = "--checkpoint-steps",
            paramLabel = "N",
            description = "Updates between checkpoints; if not given once an epoch, but at most 50 times in a run.")
    Long checkpointSteps;

    @Option(
            names = "--checkpoint-minutes",
            paramLabel = "X",
            description = "Minutes between checkpoints, beside those by updates.")
    Double checkpointMinutes;

    @Option(
            names = "--evaluate-steps",
            paramLabel = "N",
            description = "Updates between evaluations; if not given once an epoch, but at most 50 times in a run.")
    Long evaluateSteps;

    @Option(names = "--trace", paramLabel = "FILE", description = "Write a Chrome trace of input stages and layers.")
    Path trace;

    RunOptions options() {
        return new RunOptions()
                .run(run)
                .resume(resume)
                .fallback(fallback)
                .keep(keep)
                .checkpointSteps(checkpointSteps)
                .checkpointMinutes(checkpointMinutes)
                .evaluateSteps(evaluateSteps)
                .trace(trace);
    }
}
