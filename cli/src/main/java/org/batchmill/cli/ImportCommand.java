package org.batchmill.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.batchmill.jobs.convert.ImportJob;
import org.batchmill.jobs.convert.ModelFormat;
import org.batchmill.train.network.Layer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill import}. */
@Command(
        name = "import",
        header = "Makes a checkpoint from weights that another program wrote.",
        description = "A file that does not fit the model exactly is refused.",
        footer = {
            "",
            "Examples:",
            "  batchmill import yolo-tiny.weights --from darknet --model yolo-v1-tiny --out out/tiny.ckpt",
            "  batchmill import mine.weights --from darknet --model mine.cfg --classes cat,dog --out out/mine.ckpt",
            "  batchmill import features.npz --from npz --init out/run --out out/mixed.ckpt"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ImportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The weights.")
    Path file;

    @Option(names = "--from", paramLabel = "FORMAT", required = true, description = "darknet, npz or safetensors.")
    ModelFormat from;

    @Option(names = "--model", paramLabel = "NAME", description = "A model's name, or a darknet .cfg file.")
    String model;

    @Option(
            names = "--classes",
            paramLabel = "A,B",
            split = ",",
            description = "In the order of the outputs; PASCAL VOC's 20 or the ten digits if not given.")
    List<String> classes = List.of();

    @Option(
            names = "--init",
            paramLabel = "CHECKPOINT",
            description = "Instead of --model: supplies the model and what the file does not hold.")
    Path init;

    @Option(
            names = "--batch-norm",
            paramLabel = "RULE",
            description = "standard or darknet; darknet with its weights, else standard.")
    Layer.BatchNorm.Rule batchNorm;

    @Option(names = "--out", paramLabel = "CHECKPOINT", required = true, description = "The checkpoint to write.")
    Path out;

    @Mixin
    Results results;

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        ImportJob.Result result;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            result = ImportJob.run(new ImportJob.Request(file, from, model, classes, init, batchNorm, out), progress);
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
                                        : String.format(Locale.ROOT, ", trained on %,d pictures", result.seen())));
        return ExitCode.DONE;
    }
}
