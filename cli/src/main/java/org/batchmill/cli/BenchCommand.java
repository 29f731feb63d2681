package org.batchmill.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code batchmill bench}. */
@Command(
        name = "bench",
        header = "Measures stage by stage, beside what is possible.",
        synopsisSubcommandLabel = "WHAT",
        footer = {
            "",
            "Examples:",
            "  batchmill bench input --data 'out/bccd-train-*.tfrecord' --policy yolo",
            "  batchmill bench train --model pilotnet --batch 32"
        },
        mixinStandardHelpOptions = true,
        subcommands = {BenchInputCommand.class, BenchTrainCommand.class})
final class BenchCommand implements Runnable {

    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "bench what? batchmill bench --help lists it");
    }
}
