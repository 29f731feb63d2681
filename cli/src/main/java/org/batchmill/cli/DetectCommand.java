package org.batchmill.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.batchmill.jobs.detect.DetectJob;
import org.batchmill.jobs.detect.DetectOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill detect}. */
@Command(
        name = "detect",
        header = "Finds objects in images and videos and draws them.",
        description = {
            "What cannot be read is named; the others are done; the exit code is then 1. A video is written as H.264 in mp4, or as VP9 where --out ends in .webm."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill detect out/run photos --out out/found",
            "  batchmill detect out/run road.mp4 --out out/road-found.mp4 --json",
            "  batchmill detect out/run road.jpg --decode vehicle --classes car --crop 500:1280,300:650 --out out/cars"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DetectCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "CHECKPOINT", description = "A checkpoint, or a run folder.")
    Path checkpoint;

    @Parameters(index = "1", paramLabel = "PICTURES", description = "An image, a video, or a folder of them.")
    Path images;

    private final DetectOptions options = new DetectOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options, options.engine).spec();

    @Mixin
    Results results;

    DetectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.checkpoint = checkpoint;
        options.images = images;
        int bad;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            bad = DetectJob.run(options, this::show, progress);
        }
        return bad == 0 ? ExitCode.DONE : ExitCode.BAD;
    }

    private void show(DetectJob.Result result) {
        if (results.isJson()) {
            terminal.print(result.toJson());
            return;
        }
        String boxes = result.boxes().stream()
                .map(box -> String.format(
                        Locale.ROOT,
                        "%s %.2f [%.0f %.0f %.0f %.0f]",
                        box.className(),
                        box.score(),
                        box.xmin(),
                        box.ymin(),
                        box.xmax(),
                        box.ymax()))
                .collect(Collectors.joining(", "));
        String place = result.moment() == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        " frame %d (%.2f s)",
                        result.moment().frame(),
                        result.moment().seconds());
        terminal.print(result.path() + place + ": " + (boxes.isEmpty() ? "nothing" : boxes));
    }
}
