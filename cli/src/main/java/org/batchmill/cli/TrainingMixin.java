package org.batchmill.cli;

import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** The options of a training: all of {@code train}'s but those of topics. */
final class TrainingMixin {

    @Mixin
    DataMixin data;

    @Mixin
    ValidationMixin validation;

    @Mixin
    RunMixin run;

    final OptimizationOptions optimization = new OptimizationOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(optimization).spec();

    @Mixin
    SteeringMixin frames;

    @Mixin
    InputMixin input;

    @Mixin
    SamplingMixin sampling;

    @Mixin
    ResourceMixin resources;

    @Mixin
    EngineMixin engine;

    TrainOptions options(TaskKind task, KafkaOptions kafka) {
        TrainOptions options = new TrainOptions(
                task,
                validation.onto(data.options()),
                input.onto(TrainOptions.of(task).input()),
                frames.options(),
                optimization,
                engine.options(),
                run.options(),
                kafka);
        sampling.onto(options.data(), options.input());
        resources.onto(options.input());
        return options;
    }
}
