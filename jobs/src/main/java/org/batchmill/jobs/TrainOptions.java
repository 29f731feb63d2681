package org.batchmill.jobs;

import java.util.Objects;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.jobs.options.RunOptions;

/**
 * What {@link TrainJob} is asked to do. The groups may be filled in by the caller.
 *
 * @param task what is learnt
 */
public record TrainOptions(
        TaskKind task,
        DataOptions data,
        InputOptions input,
        OptimizationOptions optimization,
        EngineOptions engine,
        RunOptions run) {

    public TrainOptions {
        Objects.requireNonNull(task, "task");
    }

    /** Defaults for a task. */
    public static TrainOptions of(TaskKind task) {
        return new TrainOptions(
                task,
                new DataOptions(),
                new InputOptions(),
                new OptimizationOptions(),
                new EngineOptions(),
                new RunOptions());
    }
}
