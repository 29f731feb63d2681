package org.batchmill.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.batchmill.jobs.detect.DetectJob;
import org.batchmill.jobs.detect.DetectOptions;
import org.batchmill.records.OptionException;
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
            "  batchmill detect --model shapes out/shapes/JPEGImages --out out/found",
            "  batchmill detect out/run road.mp4 --out out/road-found.mp4 --json",
            "  batchmill detect out/run road.jpg --decode vehicle --classes car --crop 500:1280,300:650 --out out/cars"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DetectCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(
            arity = "1..2",
            paramLabel = "CHECKPOINT PICTURES",
            hideParamSyntax = true,
            description = {
                "A checkpoint or a run folder, which --model NAME stands for; and",
                "an image, a video, or a folder of them."
            })
    List<Path> places;

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
        int expected = options.model == null ? 2 : 1;
        if (places.size() != expected) {
            throw new OptionException(
                    expected == 2
                            ? "a checkpoint and what to look at are needed, or {model} shapes in place of the checkpoint"
                            : "{model} takes the checkpoint's place: name only what to look at");
        }
        options.checkpoint = options.model == null ? places.get(0) : null;
        options.images = places.get(expected - 1);
        int bad;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            bad = DetectJob.run(options, this::show, progress);
        }
        if (options.out != null) {
            terminal.progress("what was found is drawn in " + options.out);
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
