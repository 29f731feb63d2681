package org.batchmill.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchmill.jobs.DryRun;
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
            "With --out the last line says what was found and where it is drawn; without it there is a line an image.",
            "What cannot be read is named; the others are done; the exit code is then 1. A video is written as H.264 in mp4, or as VP9 where --out ends in .webm.",
            "With --data kafka:TOPIC --to kafka:TOPIC each message of a topic is answered once, until a signal comes."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill detect out/run photos --out out/found",
            "  batchmill detect --model shapes out/shapes/JPEGImages --out out/found",
            "  batchmill detect out/run road.mp4 --out out/road-found.mp4 --json",
            "  batchmill detect out/run road.jpg --decode vehicle --classes car --crop 500:1280,300:650 --out out/cars",
            "  batchmill detect out/run --data kafka:frames --to kafka:boxes --bootstrap localhost:9092"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DetectCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(
            arity = "0..2",
            paramLabel = "CHECKPOINT IMAGES",
            hideParamSyntax = true,
            description = {
                "A checkpoint or a run folder, which --model NAME stands for; and",
                "an image, a video, or a folder of them."
            })
    List<Path> places = List.of();

    private final DetectOptions options = new DetectOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options, options.engine).spec();

    private final StreamMixin stream = new StreamMixin();

    @Mixin
    final CommandSpec ofStream = stream.spec("look-back");

    @Mixin
    Results results;

    DetectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        List<Path> left = new ArrayList<>(places);
        if (options.model == null) {
            options.checkpoint = take(left, "a checkpoint is needed, or {model} shapes in its place");
        }
        if (!stream.isAsked()) {
            options.images = take(left, "what is to be looked at? name images, or give {data} kafka:TOPIC");
        }
        if (!left.isEmpty()) {
            throw new OptionException(
                    "{} is one too many: {model} takes the checkpoint's place, and {data} that of images", left.get(0));
        }
        if (stream.isAsked()) {
            return stream.answer(terminal, results, progress -> DetectJob.predictor(options, progress));
        }
        if (options.dryRun) {
            DryRun preview = DetectJob.preview(options);
            results.print(terminal, preview::toJson, preview::lines);
            return ExitCode.DONE;
        }
        Shown shown = new Shown();
        Summary summary = new Summary("images");
        int bad;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            bad = DetectJob.run(options, result -> show(result, shown), progress);
        }
        if (options.out != null && !results.isJson() && !shown.isEmpty()) {
            terminal.print(shown.of(options.out));
        }
        shown.sumUp(summary);
        summary.bad(bad);
        summary.print(terminal, results, options.out);
        return bad == 0 ? ExitCode.DONE : ExitCode.BAD;
    }

    private static Path take(List<Path> places, String otherwise) {
        if (places.isEmpty()) {
            throw new OptionException(otherwise);
        }
        return places.remove(0);
    }

    /** Without a folder for images the lines are all that there is; with one they would only hide where it is. */
    private void show(DetectJob.Result result, Shown shown) {
        shown.add(result);
        if (results.isJson()) {
            terminal.print(result.toJson());
        } else if (options.out == null) {
            terminal.print(line(result));
        }
    }

    private static String line(DetectJob.Result result) {
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
        return result.path() + place + ": " + (boxes.isEmpty() ? "nothing" : boxes);
    }

    /** What the last line sums up. */
    private static final class Shown {

        private long images;
        private long frames;
        private final Map<String, Long> objects = new TreeMap<>();

        void add(DetectJob.Result result) {
            if (result.moment() == null) {
                images++;
            } else {
                frames++;
            }
            result.boxes().forEach(box -> objects.merge(box.className(), 1L, Long::sum));
        }

        /** Whether nothing could be looked at. */
        boolean isEmpty() {
            return images + frames == 0;
        }

        void sumUp(Summary summary) {
            summary.done(images + frames);
            summary.put("frames", frames);
            summary.put("objects", objects);
        }

        String of(Path out) {
            String found = objects.isEmpty()
                    ? "nothing"
                    : objects.entrySet().stream()
                            .map(entry -> entry.getValue() + " " + entry.getKey())
                            .collect(Collectors.joining(", "));
            String where = Stream.of(count(images, "image"), count(frames, "frame"))
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(" and "));
            return "found " + found + " in " + where + ", drawn in " + out;
        }

        private static String count(long number, String noun) {
            return number == 0 ? "" : number + " " + noun + (number == 1 ? "" : "s");
        }
    }
}
