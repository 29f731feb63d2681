package org.batchmill.cli;

import java.util.concurrent.Callable;
import org.batchmill.jobs.inspect.CheckJob;
import org.batchmill.jobs.inspect.CheckOptions;
import org.batchmill.jobs.options.DataOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill check}. */
@Command(
        name = "check",
        header = "The data set doctor: damage, odd boxes, missing labels, duplicates, counts, and a contact sheet.",
        description = "The exit code is 1 if an image or its labels cannot be used.",
        footer = {"", "Example:", "  batchmill check ../shared/data/bccd --sheet out/bccd.png"},
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "A folder in a known layout, or record files.")
    String data;

    private final DataOptions options = new DataOptions();

    @Mixin
    final CommandSpec ofData =
            DeclaredOptions.of(options).only("format", "classes").spec();

    private final CheckOptions drawing = new CheckOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(drawing).spec();

    @Mixin
    Results results;

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.data = data;
        CheckJob.Report report = CheckJob.run(options, drawing);
        if (results.isJson()) {
            terminal.print(report.toJson());
        } else {
            report.lines().forEach(terminal::print);
            if (drawing.sheet != null) {
                terminal.print("wrote " + drawing.sheet);
            }
        }
        return report.healthy() ? ExitCode.DONE : ExitCode.BAD;
    }
}
