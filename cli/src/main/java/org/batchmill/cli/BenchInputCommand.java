package org.batchmill.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.jobs.bench.BenchInputJob;
import org.batchmill.jobs.bench.BenchInputOptions;
import org.batchmill.jobs.bench.BenchInputResult;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.queues.pipeline.Shuffle;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code batchmill bench input}. */
@Command(
        name = "input",
        header = "Measures the input pipeline over whole epochs, and its ceiling.",
        description = {
            "The ceiling is a loop of OpenCV's own calls over files in memory, on as many threads; for policies other than none"
                    + " and yolo, and for what is no encoded image, the pipeline's own work without the pipeline.",
            "Workers are as many as --workers says; --autotune lets the pipeline change them while the ceiling keeps"
                    + " its own.",
            "--shuffle all measures the three ways to shuffle, one after the other."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill bench input --data ../shared/data/bccd --policy yolo",
            "  batchmill bench input --data 'out/bccd-train-*.tfrecord' --workers 1 --digest --json",
            "  batchmill bench input --data ../shared/data/raccoon --shuffle all"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchInputCommand implements Callable<Integer> {

    private static final List<Shuffle> ALL =
            List.of(Shuffle.permutation(), Shuffle.window(1024), Shuffle.queue(1024, 512));

    private final Terminal terminal;

    private final DataOptions data = new DataOptions();

    @Mixin
    final CommandSpec ofData =
            DeclaredOptions.of(data).without("val", "val-share").spec();

    private final InputOptions input = new InputOptions();

    @Mixin
    final CommandSpec ofInput = DeclaredOptions.of(input, input.sampling, input.resources)
            .without("shuffle")
            .spec();

    @Option(
            names = "--shuffle",
            paramLabel = "S",
            converter = Shuffles.class,
            description = "As of train; all measures the three ways to shuffle. Default: permutation.")
    List<Shuffle> shuffles = List.of(Shuffle.permutation());

    private final BenchInputOptions options = new BenchInputOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    @Mixin
    Results results;

    BenchInputCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (input.resources.autotune == null) {
            input.resources.autotune = false; // the ceiling's threads do not change either
        }
        for (Shuffle shuffle : shuffles) {
            input.shuffle = shuffle;
            BenchInputResult result = measure();
            if (results.isJson()) {
                terminal.print(result.toJson());
            } else {
                result.lines().forEach(terminal::print);
            }
        }
        return ExitCode.DONE;
    }

    private BenchInputResult measure() throws Exception {
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            return BenchInputJob.run(data, input, options, progress);
        }
    }

    /** One way to shuffle, or all. */
    static final class Shuffles implements ITypeConverter<List<Shuffle>> {
        @Override
        public List<Shuffle> convert(String text) {
            try {
                return text.equals("all") ? ALL : List.of(Shuffle.parse(text));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
