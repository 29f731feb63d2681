package org.batchmill.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.batchmill.jobs.convert.CompressJob;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill compress}. */
@Command(
        name = "compress",
        header = "Makes a trained network smaller, and says what that costs.",
        description = {
            "Writes a checkpoint whose weights are pruned, shared or binarised, and reports the size that they take"
                    + " when they are",
            "stored so. With --data the scores before and after stand beside it."
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

    @ArgGroup(multiplicity = "1")
    How how;

    /** One of the ways. */
    static final class How {
        @Option(
                names = "--prune",
                paramLabel = "SHARE",
                description = "Set this share of each layer's weights to 0, the smallest.")
        Double prune;

        @Option(
                names = "--share",
                paramLabel = "BITS",
                description = "Let each layer's weights share 2^BITS values, 1 to 8.")
        Integer share;

        @Option(names = "--binarise", description = "Leave each filter's weights their signs and one size.")
        boolean binarise;

        CompressJob.Method method() {
            if (prune != null) {
                return CompressJob.Method.prune(prune);
            }
            return share != null ? CompressJob.Method.share(share) : CompressJob.Method.binarise();
        }
    }

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The checkpoint to write.")
    Path out;

    private final DataOptions data = new DataOptions();

    @Mixin
    final CommandSpec ofData =
            DeclaredOptions.of(data).only("data", "split").optional().spec();

    private final InputOptions input = new InputOptions();

    @Mixin
    final CommandSpec ofInput = DeclaredOptions.of(input).spec();

    private final EngineOptions engine = new EngineOptions();

    @Mixin
    final CommandSpec ofEngine = DeclaredOptions.of(engine).spec();

    @Mixin
    Results results;

    CompressCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        CompressJob.Report report;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            report = CompressJob.run(
                    checkpoint, how.method(), data.data == null ? null : data, input, engine, out, progress);
        }
        results.print(terminal, report::toJson, report::lines);
        return ExitCode.DONE;
    }
}
