package org.batchmill.cli;

import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.Callable;
import org.batchmill.jobs.pack.PackImagesJob;
import org.batchmill.jobs.pack.PackImagesOptions;
import org.batchmill.jobs.pack.PackReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill pack images}. */
@Command(
        name = "images",
        header = "Packs a folder of labelled images into record shards with an index.",
        description = {
            "Every image is read and checked first. The same seed gives the same bytes, whatever the parallelism. A job that was killed goes on where it stopped when it is run again."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill pack images ../shared/data/bccd --format voc --split lists --out out/bccd",
            "  batchmill pack images photos --split train=.9,val=.1 --max-side 800 --on-error skip --out out/photos"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PackImagesCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "The data set's folder, or record files to pack anew.")
    String folder;

    private final PackImagesOptions options = new PackImagesOptions();

    @Mixin
    final CommandSpec declared =
            DeclaredOptions.of(options.packing, options, options.pipeline).spec();

    @Mixin
    Results results;

    PackImagesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.data = folder;
        PackReport report;
        try (ProgressDisplay display = new ProgressDisplay(terminal)) {
            report = PackImagesJob.run(options, display);
        } catch (InterruptedException | ClosedByInterruptException e) {
            terminal.error(options.packing.out + ": stopped; the same command goes on from here");
            return ExitCode.STOPPED;
        }
        return PackCommand.packed(terminal, results, report, terminal::error);
    }
}
