package org.batchmill.cli;

import java.util.function.Consumer;
import org.batchmill.jobs.pack.PackReport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code batchmill pack}. */
@Command(
        name = "pack",
        header = "Packs a data set into record shards with a Beam pipeline.",
        synopsisSubcommandLabel = "WHAT",
        footer = {"", "Example:", "  batchmill pack images photos --format voc --split lists --out out/photos"},
        mixinStandardHelpOptions = true,
        subcommands = {PackImagesCommand.class, PackVideoCommand.class, PackKafkaCommand.class})
final class PackCommand implements Runnable {

    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "pack what? batchmill pack --help lists it");
    }

    /**
     * Tells what was packed and what was not.
     *
     * @param leftOut takes a line for each sample that was left out
     */
    static int packed(Terminal terminal, Results results, PackReport report, Consumer<String> leftOut) {
        report.leftOut().forEach(bad -> leftOut.accept("left out " + bad));
        results.print(terminal, report::toJson, report::lines);
        return ExitCode.DONE;
    }
}
