package org.batchmill.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.batchmill.jobs.convert.CompressJob;
import org.batchmill.jobs.convert.CompressOptions;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill compress}. */
@Command(
        name = "compress",
        header = "Makes a trained network smaller, and says what that costs.",
        description = {
            "Writes a checkpoint whose weights are pruned, shared or binarised, and reports the size that they take when they are stored so. With --data the scores before and after stand beside it."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill compress out/digits --prune .9 --data ../shared/data/mnist --split val5k --out"
                    + " out/pruned.ckpt",
            "  batchmill compress out/digits --share 4 --out out/shared.ckpt"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CompressCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint, or a run folder.")
    Path checkpoint;

    private final CompressOptions options = new CompressOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    private final DataOptions data = new DataOptions();

    @Mixin
    final CommandSpec ofData =
            DeclaredOptions.of(data).only("data", "split").optional().spec();

    private final InputOptions input = new InputOptions();
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    final CommandSpec ofRun = DeclaredOptions.of(input, engine).spec();

    @Mixin
    Results results;

    CompressCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        CompressJob.Report report;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            report = CompressJob.run(checkpoint, options, data.data == null ? null : data, input, engine, progress);
        }
        results.print(terminal, report::toJson, report::lines);
        return ExitCode.DONE;
    }
}
