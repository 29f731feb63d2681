package org.batchmill.cli;

import java.util.concurrent.Callable;
import org.batchmill.jobs.inspect.PreviewJob;
import org.batchmill.jobs.inspect.PreviewOptions;
import org.batchmill.jobs.options.DataOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    private final PreviewOptions options = new PreviewOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    AugmentPreviewCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        DataOptions shown = new DataOptions();
        shown.data = data;
        PreviewJob.run(shown, options);
        terminal.print("wrote " + options.out);
        return ExitCode.DONE;
    }
}
