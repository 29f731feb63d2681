package org.batchmill.cli;

import java.util.concurrent.Callable;
import org.batchmill.jobs.bench.BenchTrainJob;
import org.batchmill.jobs.bench.BenchTrainOptions;
import org.batchmill.jobs.model.TrialOptions;
import org.batchmill.jobs.options.EngineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

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

    private final BenchTrainOptions options = new BenchTrainOptions();
    private final TrialOptions trial = new TrialOptions();
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options, trial, engine).spec();

    @Mixin
    Results results;

    BenchTrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        BenchTrainJob.Result result = BenchTrainJob.run(options, trial, engine);
        results.print(terminal, result::toJson, result::lines);
        return ExitCode.DONE;
    }
}
