package org.batchmill.cli;

import java.util.concurrent.Callable;
import org.batchmill.jobs.PictureSize;
import org.batchmill.jobs.pack.PackReport;
import org.batchmill.jobs.pack.PackVideoJob;
import org.batchmill.jobs.pack.PackVideoOptions;
import org.batchmill.records.ErrorMode;
import org.batchmill.video.JoinOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill pack video}. */
@Command(
        name = "video",
        header = "Packs drive videos and their steering logs into record shards, smaller videos or pictures.",
        description = {
            "A folder of epochNN_front.mp4 (or mkv, avi, mov) with epochNN_steering.csv. Frames are packed as PNG,"
                    + " which loses",
            "nothing, unless --jpeg asks for less. Drives are divided by epoch or in blocks, never frame by frame. A"
                    + " job that was",
            "killed goes on where it stopped when it is run again. --to video, lossless or frames makes smaller drives"
                    + " of drives."
        },
        footer = {
            "",
            "Example:",
            "  batchmill pack video ../shared/data/steering --crop :,60:136 --size 66x200 \\",
            "      --split train=epoch01+epoch02+epoch03+epoch04,val=epoch05 --out out/drives",
            "  batchmill pack video ../shared/data/steering --to frames --crop :,60:136 --out out/pictures"
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
            description = "What the names of the shards begin with; the folder of smaller videos or pictures.")
    String out;

    @Option(
            names = "--split",
            paramLabel = "S",
            defaultValue = "none",
            description = "By epochs (train=epoch01+epoch02,val=epoch03) or in blocks (train=.8,val=.2).")
    String split;

    @Option(
            names = "--to",
            paramLabel = "KIND",
            defaultValue = "tfrecord",
            description = {
                "tfrecord (default) or arrow: shards. video: mp4 in H.264. lossless: mkv in FFV1. frames: a picture a"
                        + " frame,",
                "in the Udacity layout."
            })
    PackVideoOptions.Output to;

    @Option(
            names = "--crop",
            paramLabel = "x0:x1,y0:y1",
            defaultValue = ":,:",
            description =
                    "The part of each frame to keep, in pixels (:,60:136 are rows) or in shares of it (:,.375:.85).")
    String crop;

    @Option(
            names = "--size",
            paramLabel = "HxW",
            converter = FrameSize.class,
            description = "Resize each frame: 66x200.")
    PictureSize size = new PictureSize(0, 0);

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

    @Option(
            names = "--max-mismatches",
            paramLabel = "X",
            defaultValue = "0.02",
            description = "Refuse a drive of which a larger share of frames and rows has no partner (default 0.02).")
    double maxMismatches;

    @Option(
            names = "--longest",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Frames of a shard at most: longer videos are cut at key frames (default 2000).")
    int longest;

    @Option(
            names = "--on-error",
            paramLabel = "E",
            defaultValue = "fail",
            description = "fail (default), skip or quarantine a bad frame or drive.")
    ErrorMode onError;

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            defaultValue = "100",
            description = "Bad frames and drives that may be left out (default 100).")
    long maxErrors;

    @Option(names = "--runner", paramLabel = "R", defaultValue = "direct", description = "direct (default) or flink.")
    String runner;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Of the pipeline; the number of processors if not given.")
    int workers;

    @Mixin
    Results results;

    PackVideoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        PackReport report;
        try (ProgressDisplay display = new ProgressDisplay(terminal)) {
            report = PackVideoJob.run(options(), display);
        }
        report.leftOut().forEach(bad -> terminal.progress("left out " + bad));
        if (results.isJson()) {
            terminal.print(report.toJson());
        } else {
            report.lines().forEach(terminal::print);
        }
        return ExitCode.DONE;
    }

    private PackVideoOptions options() {
        PackVideoOptions options = new PackVideoOptions();
        options.data = folder;
        options.out = out;
        options.split = split;
        options.output = to;
        options.crop = crop;
        options.size = size;
        options.jpeg = jpeg;
        options.join = join;
        options.maxMismatches = maxMismatches;
        options.longest = longest;
        options.onError = onError;
        options.maxErrors = maxErrors;
        options.runner = runner;
        options.workers = workers;
        return options;
    }

    /** A size as people write it. */
    static final class FrameSize implements ITypeConverter<PictureSize> {
        @Override
        public PictureSize convert(String text) {
            return PictureSize.parse(text);
        }
    }
}
