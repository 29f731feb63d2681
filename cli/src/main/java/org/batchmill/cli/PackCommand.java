package org.batchmill.cli;

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
}
