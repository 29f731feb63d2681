package org.batchmill.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.batchmill.jobs.inspect.Doctor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code batchmill doctor}. */
@Command(
        name = "doctor",
        header = "Checks natives, devices, memory and versions, and runs a test convolution.",
        description = "Ends with exit code 1 when something that training needs is missing.",
        footer = {"", "Examples:", "  batchmill doctor", "  batchmill doctor --engine cudnn"},
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--engine",
            paramLabel = "E",
            defaultValue = "auto",
            description =
                    "The engine to look at: auto (default: the one that training would take), onednn, nd4j or cudnn.")
    String engine;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Doctor.Finding> findings = Doctor.examine(engine);
        for (Doctor.Finding finding : findings) {
            terminal.print(String.format(
                    Locale.ROOT, "%-4s %-10s %s", finding.fine() ? "ok" : "BAD", finding.part(), finding.says()));
        }
        return findings.stream().allMatch(Doctor.Finding::fine) ? ExitCode.DONE : ExitCode.BAD;
    }
}
