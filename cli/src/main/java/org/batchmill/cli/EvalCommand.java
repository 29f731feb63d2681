package org.batchmill.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.jobs.evaluate.EvaluateJob;
import org.batchmill.jobs.evaluate.EvaluateOptions;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.records.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill eval}. */
@Command(
        name = "eval",
        header = "Evaluates a trained network, or several as an ensemble, on labelled data.",
        footer = {"", "Example:", "  batchmill eval out/run --data 'out/bccd-val-*.tfrecord' --report out/report"},
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class EvalCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(
            paramLabel = "CHECKPOINT",
            arity = "1..*",
            description = "Checkpoints, or run folders: their best checkpoint if validation ran, else their last.")
    List<Path> checkpoints;

    private final DataOptions data = new DataOptions();
    private final EvaluateOptions options = new EvaluateOptions();
    private final InputOptions input = new InputOptions();
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(data, options, input, engine)
            .without("val", "val-share", "mix")
            .spec();

    @Mixin
    Results results;

    EvalCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (checkpoints.size() > 1 && !options.ensemble) {
            throw new UsageException("several checkpoints are evaluated together with --ensemble, or one by one");
        }
        EvaluateJob.Outcome outcome;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            outcome = EvaluateJob.run(checkpoints, data, input, engine, options, progress);
        }
        // Before what may fail, as on a full disk: the evaluation may have taken long.
        results.print(terminal, outcome::toJson, outcome::lines);
        if (options.report != null) {
            outcome.writeReport(options.report);
        }
        return ExitCode.DONE;
    }
}
