package org.batchmill.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.batchmill.jobs.convert.ImportJob;
import org.batchmill.jobs.convert.ImportOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill import}. */
@Command(
        name = "import",
        header = "Makes a checkpoint from weights that another program wrote.",
        description =
                "A file that does not fit the model exactly is refused, unless a checkpoint supplies what is missing (--init).",
        footer = {
            "",
            "Examples:",
            "  batchmill import yolo-tiny.weights --from darknet --model yolo-v1-tiny --out out/tiny.ckpt",
            "  batchmill import mine.weights --from darknet --model mine.cfg --classes cat,dog --out out/mine.ckpt",
            "  batchmill import resnet18.pt --from pt --model resnet18 --classes A,B --out out/r.ckpt",
            "  batchmill import resnet18.onnx --from onnx --pixels imagenet --classes A,B --out out/r.ckpt",
            "  batchmill import features.npz --from npz --init out/run --out out/mixed.ckpt"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ImportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The weights; of onnx, the network.")
    Path file;

    private final ImportOptions options = new ImportOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    @Mixin
    Results results;

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.file = file;
        ImportJob.Result result;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            result = ImportJob.run(options, progress);
        }
        terminal.print(
                results.isJson()
                        ? result.toJson()
                        : String.format(
                                Locale.ROOT,
                                "%s: %s, %d of %d parameters from %s%s",
                                result.checkpoint(),
                                result.model(),
                                result.taken(),
                                result.all(),
                                file,
                                result.seen() == 0
                                        ? ""
                                        : String.format(Locale.ROOT, ", trained on %,d images", result.seen())));
        return ExitCode.DONE;
    }
}
