package org.batchmill.cli;

import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.FrameOptions;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.jobs.options.RunOptions;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** The options of a training, before it is known of which task: all of {@code train}'s but those of topics and gangs. */
final class TrainingMixin {

    private final DataOptions data = new DataOptions();
    private final RunOptions run = new RunOptions();
    private final OptimizationOptions optimization = new OptimizationOptions();
    private final FrameOptions frames = new FrameOptions();
    private final InputOptions input = new InputOptions();
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(
                    data, run, optimization, frames, input, input.sampling, input.resources, engine)
            .spec();

    TrainOptions options(TaskKind task, KafkaOptions kafka, GangOptions gang) {
        return new TrainOptions(task, data, input, frames, optimization, engine, run, kafka, gang);
    }
}
