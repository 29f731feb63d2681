package org.batchmill.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.jobs.InspectJob;
import org.batchmill.jobs.JsonLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill inspect}. */
@Command(
        name = "inspect",
        header = "Says what is in a record file, a picture or a checkpoint.",
        description = "The exit code is 1 if one of them is damaged.",
        footer = {
            "",
            "Example:",
            "  batchmill inspect out/bccd-val-00000-of-00004.tfrecord out/run/checkpoints/best.ckpt"
        },
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files.")
    List<Path> files;

    @Option(names = "--json", description = "One JSON line a file on standard output.")
    boolean json;

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        boolean fine = true;
        for (Path file : files) {
            InspectJob.Report report = InspectJob.run(file);
            fine &= report.fine();
            if (json) {
                terminal.print(JsonLine.of(report.keys()));
            } else {
                report.lines().forEach(terminal::print);
            }
        }
        return fine ? ExitCode.DONE : ExitCode.BAD;
    }
}
