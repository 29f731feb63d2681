package org.batchmill.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.batchmill.jobs.samples.SampleJob;
import org.batchmill.jobs.samples.SampleOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill sample}. */
@Command(
        name = "sample",
        header = "Makes a data set of our own: drawn, not downloaded.",
        footer = {
            "",
            "Examples:",
            "  batchmill sample shapes out/shapes --count 500",
            "  batchmill sample road out/road --count 1000"
        },
        mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = {
                "shapes: images of circles, squares and triangles, as VOC.",
                "road: drives along drawn roads, videos with steering logs."
            })
    String kind;

    @Parameters(index = "1", paramLabel = "DIR", description = "The folder to write.")
    Path folder;

    private final SampleOptions options = new SampleOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    SampleCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        String written;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            written = SampleJob.run(kind, folder, options, progress);
        }
        terminal.print(written);
        return ExitCode.DONE;
    }
}
