package org.batchmill.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.batchmill.jobs.convert.ExportJob;
import org.batchmill.jobs.convert.ExportOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill export}. */
@Command(
        name = "export",
        header = "Writes a trained network for other programs.",
        description = {
            "onnx and pb are whole networks that take pixels from 0 to 255 as floats: [samples, channels, height, width] in ONNX, [samples, height, width, channels] in a frozen TensorFlow graph. npz and safetensors are the weights by name."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill export out/run --to onnx --out out/detector.onnx",
            "  batchmill export out/run --to npz --layers 'conv*' --out out/features.npz"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ExportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint, or a run folder.")
    Path checkpoint;

    private final ExportOptions options = new ExportOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    @Mixin
    Results results;

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.checkpoint = checkpoint;
        ExportJob.Result result;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            result = ExportJob.run(options, progress);
        }
        terminal.print(
                results.isJson()
                        ? result.toJson()
                        : String.format(
                                Locale.ROOT,
                                "%s: %s as %s, %,d parameters, %,d bytes",
                                result.path(),
                                result.model(),
                                result.format(),
                                result.parameters(),
                                result.bytes()));
        return ExitCode.DONE;
    }
}
