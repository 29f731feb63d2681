package org.batchmill.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.jobs.evaluate.EvaluateJob;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.records.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill eval}. */
@Command(
        name = "eval",
        header = "Judges a trained network, or several as an ensemble, on labelled data.",
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

    @Mixin
    final CommandSpec ofData =
            DeclaredOptions.of(data).without("val", "holdout", "mix").spec();

    @Option(names = "--last-weights", description = "Judge the last weights, not their moving average.")
    boolean lastWeights;

    @Option(names = "--plot", paramLabel = "PNG", description = "Steering: draw truth and prediction over the frames.")
    Path plot;

    @Option(
            names = "--predictions",
            paramLabel = "CSV",
            description = "Steering: write each frame's truth and prediction.")
    Path predictions;

    @Option(names = "--ensemble", description = "Average the predictions of several checkpoints.")
    boolean ensemble;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Of a detector: write precision-recall.png, confusion.png and detection.json there.")
    Path report;

    private final InputOptions input = new InputOptions();

    @Mixin
    final CommandSpec ofInput = DeclaredOptions.of(input).spec();

    private final EngineOptions engine = new EngineOptions();

    @Mixin
    final CommandSpec ofEngine = DeclaredOptions.of(engine).spec();

    @Mixin
    Results results;

    EvalCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (checkpoints.size() > 1 && !ensemble) {
            throw new UsageException("several checkpoints are judged together with --ensemble, or one by one");
        }
        EvaluateJob.Judgement judgement;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            judgement = EvaluateJob.run(
                    checkpoints,
                    data,
                    input,
                    engine,
                    new EvaluateJob.Extras(!lastWeights, plot, predictions),
                    progress);
        }
        if (report != null) {
            judgement.writeReport(report);
        }
        results.print(terminal, judgement::toJson, judgement::lines);
        return ExitCode.DONE;
    }
}
