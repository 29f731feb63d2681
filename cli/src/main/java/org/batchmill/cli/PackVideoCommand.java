package org.batchmill.cli;

import java.util.concurrent.Callable;
import org.batchmill.jobs.pack.PackReport;
import org.batchmill.jobs.pack.PackVideoJob;
import org.batchmill.jobs.pack.PackVideoOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill pack video}. */
@Command(
        name = "video",
        header = "Packs drive videos and their steering logs into record shards, smaller videos or images.",
        description = {
            "With --unlabelled any videos of a folder; else a folder of epochNN_front.mp4 (or mkv, avi, mov) with epochNN_steering.csv. Frames are packed as PNG, which loses nothing, unless --jpeg asks for less. Drives are divided by epoch or in blocks, never frame by frame. A job that was killed goes on where it stopped when it is run again. --to video, lossless or frames makes smaller drives of drives."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill pack video rides --unlabelled --fps 2 --min-difference .01 --on-error skip --out out/rides",
            "  batchmill pack video ../shared/data/steering --crop :,60:136 --size 66x200 \\",
            "      --split train=epoch01+epoch02+epoch03+epoch04,val=epoch05 --out out/drives",
            "  batchmill pack video ../shared/data/steering --to frames --crop :,60:136 --out out/images"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PackVideoCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "The folder of videos and logs.")
    String folder;

    private final PackVideoOptions options = new PackVideoOptions();

    @Mixin
    final CommandSpec declared =
            DeclaredOptions.of(options.packing, options, options.pipeline).spec();

    @Mixin
    Results results;

    PackVideoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.data = folder;
        PackReport report;
        try (ProgressDisplay display = new ProgressDisplay(terminal)) {
            report = PackVideoJob.run(options, display);
        }
        return PackCommand.packed(terminal, results, report, terminal::progress);
    }
}
