package org.batchmill.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.jobs.pack.VerifyOptions;
import org.batchmill.jobs.pack.VerifyRecordsJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill verify}. */
@Command(
        name = "verify",
        header = "Reads record files whole: framing, checksums, every Example, every image.",
        description = "Reports every damaged place with its byte offset; the exit code is then 1.",
        footer = {
            "",
            "Examples:",
            "  batchmill verify 'out/bccd-*.tfrecord'",
            "  batchmill verify broken.tfrecord --repair intact.tfrecord"
        },
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Record files or globs.")
    List<String> files;

    private final VerifyOptions options = new VerifyOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    @Mixin
    Results results;

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        VerifyRecordsJob.Report report = VerifyRecordsJob.run(files, options.repair);
        if (results.isJson()) {
            terminal.print(report.toJson());
        } else {
            report.lines().forEach(terminal::print);
        }
        return report.intact() ? ExitCode.DONE : ExitCode.BAD;
    }
}
