package org.batchmill.cli;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.batchmill.ingest.packing.VideoPackJob;
import org.batchmill.ingest.packing.VideoPackOptions;
import org.batchmill.ingest.packing.VideoSplit;
import org.batchmill.jobs.JsonLine;
import org.batchmill.video.JoinOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill pack video}. */
@Command(
        name = "video",
        header = "Packs drive videos and their steering logs into record shards.",
        description = {
            "A folder of epochNN_front.mp4 (or mkv, avi, mov) with epochNN_steering.csv. Frames are packed as PNG, which loses",
            "nothing, unless --jpeg asks for less. Drives are divided by epoch or in blocks, never frame by frame."
        },
        footer = {
            "",
            "Example:",
            "  batchmill pack video ../shared/data/steering --crop :,60:136 --size 66x200 --colour yuv \\",
            "      --split train=epoch01+epoch02+epoch03+epoch04,val=epoch05 --out out/drives"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PackVideoCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "The folder of videos and logs.")
    String folder;

    @Option(
            names = "--out",
            paramLabel = "PREFIX",
            required = true,
            description = "What the names of the shards begin with.")
    String out;

    @Option(
            names = "--split",
            paramLabel = "S",
            defaultValue = "none",
            description = "By epochs (train=epoch01+epoch02,val=epoch03) or in blocks (train=.8,val=.2).")
    String split;

    @Mixin
    FrameMixin frames;

    @Option(names = "--size", paramLabel = "HxW", description = "Resize each frame: 66x200.")
    String size;

    @Option(
            names = "--jpeg",
            paramLabel = "Q",
            defaultValue = "0",
            description = "JPEG of this quality instead of PNG.")
    int jpeg;

    @Option(
            names = "--join",
            paramLabel = "BY",
            defaultValue = "index",
            description = "Frames find their rows by index (default) or time.")
    JoinOptions.By join;

    @Option(names = "--runner", paramLabel = "R", defaultValue = "direct", description = "direct (default) or flink.")
    String runner;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Of the pipeline; the number of processors if not given.")
    int workers;

    @Option(names = "--json", description = "One JSON line on standard output at the end.")
    boolean json;

    PackVideoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        VideoPackJob.Result result = VideoPackJob.run(VideoPackOptions.of(folder, out)
                .withShape(frames.shape(size))
                .withJoin(JoinOptions.DEFAULT.by(join))
                .withJpeg(jpeg)
                .withSplit(VideoSplit.parse(split))
                .withRunner(runner, workers));
        result.reports().forEach((epoch, report) -> terminal.progress(epoch + ": " + report));
        if (json) {
            terminal.print(JsonLine.of(Map.of(
                    "frames",
                    result.frames(),
                    "shards",
                    result.shards().stream().map(Object::toString).toList())));
        } else {
            result.frames()
                    .forEach((part, count) -> terminal.print(
                            String.format(Locale.ROOT, "%-6s %,8d frames", part.isEmpty() ? "all" : part, count)));
        }
        return ExitCode.DONE;
    }
}
