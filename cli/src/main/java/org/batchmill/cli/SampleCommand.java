package org.batchmill.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.batchmill.jobs.samples.RoadDataSet;
import org.batchmill.jobs.samples.ShapesDataSet;
import org.batchmill.records.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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
                "shapes: pictures of circles, squares and triangles, as VOC.",
                "road: drives along drawn roads, videos with steering logs."
            })
    String kind;

    @Parameters(index = "1", paramLabel = "DIR", description = "The folder to write.")
    Path folder;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "500",
            description = "Pictures, or frames of all drives (default 500).")
    int count;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Another seed draws other pictures (default 1).")
    long seed;

    SampleCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            switch (kind) {
                case "shapes" -> ShapesDataSet.write(folder, count, seed, progress);
                case "road" -> RoadDataSet.write(folder, count, seed, progress);
                default -> throw new UsageException("no samples are called " + kind + "; there are shapes, road");
            }
        }
        terminal.print(
                "wrote " + count + (kind.equals("road") ? " frames" : " pictures") + " and their labels to " + folder);
        return ExitCode.DONE;
    }
}
