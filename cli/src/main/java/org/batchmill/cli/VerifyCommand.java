package org.batchmill.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.batchmill.ingest.packing.VerifyJob;
import org.batchmill.jobs.inspect.RecordReport;
import org.batchmill.records.UsageException;
import org.batchmill.records.files.Damage;
import org.batchmill.records.files.RecordCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill verify}. */
@Command(
        name = "verify",
        header = "Reads record files whole: framing, checksums, every Example, every picture.",
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

    @Option(names = "--repair", paramLabel = "OUT", description = "Copy what is intact to a new file.")
    Path repair;

    @Mixin
    Results results;

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (repair != null && files.size() != 1) {
            throw new UsageException("--repair copies one file, not " + files.size());
        }
        List<RecordCheck> checks =
                repair == null ? VerifyJob.verify(files) : List.of(VerifyJob.repair(Path.of(files.get(0)), repair));
        if (results.isJson()) {
            terminal.print(RecordReport.toJson(checks));
        } else {
            checks.forEach(this::show);
        }
        return checks.stream().allMatch(RecordCheck::isIntact) ? ExitCode.DONE : ExitCode.BAD;
    }

    private void show(RecordCheck check) {
        terminal.print(String.format(
                Locale.ROOT,
                "%s: %,d intact records, %d damaged places",
                check.path(),
                check.records(),
                check.damaged().size()));
        for (Damage damage : check.damaged()) {
            terminal.print("  " + damage.place() + ": " + damage.kind().word() + ": " + damage.reason());
        }
    }
}
