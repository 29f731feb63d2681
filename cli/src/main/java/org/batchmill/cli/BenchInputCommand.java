package org.batchmill.cli;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.jobs.bench.BenchInputJob;
import org.batchmill.jobs.bench.BenchInputResult;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.InputOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batchmill bench input}. */
@Command(
        name = "input",
        header = "Measures the input pipeline over one epoch, and the ceiling: the same work in a bare loop.",
        description = {
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

    private static final String ALL = "all";
    private static final List<String> EACH_SHUFFLE = List.of("permutation", "window:1024", "queue:1024,512");

    private final Terminal terminal;

    @Mixin
    DataMixin data;

    @Mixin
    InputMixin input;

    @Mixin
    SamplingMixin sampling;

    @Mixin
    ResourceMixin resources;

    @Option(
            names = "--side",
            paramLabel = "PX",
            defaultValue = "448",
            description = "Of the batch's pictures (default 448).")
    int side;

    @Option(
            names = "--seconds",
            paramLabel = "X",
            defaultValue = "4",
            description = "To warm up, and again to measure, in rounds of one epoch (default 4).")
    double seconds;

    @Option(names = "--digest", description = "SHA-256 over all batches in order, pixels and labels.")
    boolean digest;

    @Option(names = "--json", description = "One JSON line on standard output.")
    boolean json;

    BenchInputCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        List<String> shuffles = ALL.equals(input.shuffle) ? EACH_SHUFFLE : Collections.singletonList(input.shuffle);
        for (String shuffle : shuffles) {
            input.shuffle = shuffle;
            BenchInputResult result = measure();
            if (json) {
                terminal.print(result.toJson());
            } else {
                result.lines().forEach(terminal::print);
            }
        }
        return ExitCode.DONE;
    }

    private BenchInputResult measure() throws Exception {
        InputOptions options = input.onto(new InputOptions());
        DataOptions where = data.options();
        sampling.onto(where, options);
        resources.onto(options);
        if (resources.autotune == null) {
            options.resources().autotune(false); // the ceiling's threads do not change either
        }
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            return BenchInputJob.run(where, options, side, seconds, digest, progress);
        }
    }
}
