package org.batchmill.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.batchmill.jobs.inspect.PreviewJob;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.PolicyName;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill augment-preview}. */
@Command(
        name = "augment-preview",
        header = "Draws what an augmentation policy makes of the first samples: the original and some variants.",
        footer = {"", "Example:", "  batchmill augment-preview ../shared/data/bccd --policy yolo --out out/sheet.png"},
        mixinStandardHelpOptions = true)
final class AugmentPreviewCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "DATA", description = "What --data takes elsewhere.")
    String data;

    @Option(names = "--out", paramLabel = "PNG", required = true, description = "The picture to write.")
    Path out;

    @Option(
            names = "--policy",
            paramLabel = "P",
            defaultValue = "yolo",
            converter = NamedPolicy.class,
            description = "none, yolo (default), steering, or a YAML file.")
    PolicyName policy;

    @Option(names = "--samples", paramLabel = "N", defaultValue = "4", description = "Rows (default 4).")
    int samples;

    @Option(
            names = "--variants",
            paramLabel = "N",
            defaultValue = "5",
            description = "Variants beside each original (default 5).")
    int variants;

    @Option(
            names = "--side",
            paramLabel = "PX",
            defaultValue = "448",
            description = "Of the batch's pictures (default 448).")
    int side;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the run that is previewed (default 1).")
    long seed;

    AugmentPreviewCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        DataOptions options = new DataOptions();
        options.data = data;
        PreviewJob.run(options, policy, samples, variants, side, seed, out);
        terminal.print("wrote " + out);
        return ExitCode.DONE;
    }

    /** A policy by its name. */
    static final class NamedPolicy implements ITypeConverter<PolicyName> {
        @Override
        public PolicyName convert(String text) {
            return new PolicyName(text);
        }
    }
}
