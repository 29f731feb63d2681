package org.batchmill.cli;

import java.util.concurrent.Callable;
import org.batchmill.jobs.bench.BenchTrainJob;
import org.batchmill.jobs.model.TrialOptions;
import org.batchmill.jobs.options.EngineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code batchmill bench train}. */
@Command(
        name = "train",
        header = "Measures the steps of a model on an engine: forward, backward and update, on random pixels.",
        footer = {
            "",
            "Examples:",
            "  batchmill bench train --model pilotnet --batch 32",
            "  batchmill bench train --model yolo-v1-mini --batch 16 --operations",
            "  batchmill bench train --model yolo-v1-mini --batch 16 --engine nd4j --threads 2 --json",
            "  batchmill bench train --model digits-cnn --batch 1 --predict"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchTrainCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--model", paramLabel = "M", required = true, description = "Its name, or a .cfg file.")
    String model;

    private final TrialOptions trial = new TrialOptions();

    @Mixin
    final CommandSpec ofTrial = DeclaredOptions.of(trial).spec();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Of measuring, after five steps to warm up (default 10); ten steps at least.")
    double seconds;

    @Option(names = "--operations", description = "Also print where the time goes: each operation's median and share.")
    boolean operations;

    private final EngineOptions engine = new EngineOptions();

    @Mixin
    final CommandSpec ofEngine = DeclaredOptions.of(engine).spec();

    @Mixin
    Results results;

    BenchTrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        BenchTrainJob.Result result = BenchTrainJob.run(model, trial, seconds, operations, engine);
        results.print(terminal, result::toJson, result::lines);
        return ExitCode.DONE;
    }
}
