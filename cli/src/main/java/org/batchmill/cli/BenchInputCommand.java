package org.batchmill.cli;

import java.util.concurrent.Callable;
import org.batchmill.jobs.BenchInputJob;
import org.batchmill.jobs.options.InputOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batchmill bench input}. */
@Command(
        name = "input",
        header = "Measures the input pipeline over one epoch, and the ceiling: the same work in a bare loop.",
        footer = {
            "",
            "Examples:",
            "  batchmill bench input --data ../shared/data/bccd --policy yolo",
            "  batchmill bench input --data 'out/bccd-train-*.tfrecord' --workers 1 --digest --json"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchInputCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    DataMixin data;

    @Mixin
    InputMixin input;

    @Option(
            names = "--side",
            paramLabel = "PX",
            defaultValue = "448",
            description = "Of the batch's pictures (default 448).")
    int side;

    @Option(names = "--digest", description = "SHA-256 over all batches in order, pixels and labels.")
    boolean digest;

    @Option(names = "--json", description = "One JSON line on standard output.")
    boolean json;

    BenchInputCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        BenchInputJob.Result result = BenchInputJob.run(data.options(), input.onto(new InputOptions()), side, digest);
        if (json) {
            terminal.print(result.toJson());
        } else {
            result.lines().forEach(terminal::print);
        }
        return ExitCode.DONE;
    }
}
