package org.batchmill.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.batchmill.jobs.DryRun;
import org.batchmill.jobs.drive.DriveJob;
import org.batchmill.jobs.drive.DriveOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.records.OptionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill drive}. */
@Command(
        name = "drive",
        header = "Draws what a steering network decides onto a video.",
        description = {
            "The video is H.264 in mp4 (encoded by Cisco's OpenH264, BSD licence), or VP9 where --out ends in .webm; both play in browsers. The network sees of each frame what it saw in training.",
            "With --data kafka:TOPIC --to kafka:TOPIC each message of a topic is answered once, until a signal comes."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill drive out/steering ../shared/data/steering/epoch05_front.mp4 \\",
            "      --truth ../shared/data/steering/epoch05_steering.csv --out out/drive.mp4",
            "  batchmill drive out/steering --data kafka:frames --to kafka:angles --bootstrap localhost:9092"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DriveCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "CHECKPOINT", description = "A checkpoint, or a run folder.")
    Path checkpoint;

    @Parameters(index = "1", arity = "0..1", paramLabel = "VIDEO", description = "A video file.")
    Path video;

    private final DriveOptions options = new DriveOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    private final EngineOptions engine = new EngineOptions();

    @Mixin
    final CommandSpec ofEngine = DeclaredOptions.of(engine).spec();

    private final StreamMixin stream = new StreamMixin();

    @Mixin
    final CommandSpec ofStream = stream.spec();

    @Mixin
    Results results;

    DriveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (stream.isAsked() == (video != null)) {
            throw new OptionException("name a video, or give {data} kafka:TOPIC: one of both");
        }
        if (stream.isAsked()) {
            return stream.answer(
                    terminal,
                    results,
                    progress -> DriveJob.predictor(checkpoint, stream.rows(), stream.lookBack(), engine, progress));
        }
        if (options.dryRun) {
            DryRun preview = DriveJob.preview(video, options);
            results.print(terminal, preview::toJson, preview::lines);
            return ExitCode.DONE;
        }
        Summary summary = new Summary("frames");
        long written;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            written = DriveJob.run(checkpoint, video, options, engine, progress);
        }
        if (!results.isJson()) {
            terminal.print("wrote " + written + " frames to " + options.out);
        }
        summary.done(written);
        summary.put("out", options.out.toString());
        summary.print(terminal, results, options.out);
        return ExitCode.DONE;
    }
}
