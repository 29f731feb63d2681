package org.batchmill.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.jobs.Doctor;
import picocli.CommandLine.Command;

/** {@code batchmill doctor}. */
@Command(
        name = "doctor",
        header = "Checks natives, devices, memory and versions, and runs a test convolution.",
        description = "Ends with exit code 1 when something that training needs is missing.",
        footer = {"", "Example:", "  batchmill doctor"},
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    private final Terminal terminal;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Doctor.Finding> findings = Doctor.examine();
        for (Doctor.Finding finding : findings) {
            terminal.print(
                    String.format("%-4s %-10s %s", finding.fine() ? "ok" : "BAD", finding.part(), finding.says()));
        }
        return findings.stream().allMatch(Doctor.Finding::fine) ? ExitCode.DONE : ExitCode.BAD;
    }
}
