package org.batchmill.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.batchmill.jobs.inspect.Doctor;
import org.batchmill.jobs.options.EngineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** {@code batchmill doctor}. */
@Command(
        name = "doctor",
        header = "Checks natives, devices, memory and versions, and runs a test convolution.",
        description = "Ends with exit code 1 when something that training needs is missing.",
        footer = {"", "Examples:", "  batchmill doctor", "  batchmill doctor --engine torch"},
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    private final Terminal terminal;

    private final EngineOptions options = new EngineOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).only("engine").spec();

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Doctor.Finding> findings = Doctor.examine(options.engine);
        for (Doctor.Finding finding : findings) {
            terminal.print(String.format(
                    Locale.ROOT, "%-4s %-10s %s", finding.fine() ? "ok" : "BAD", finding.part(), finding.says()));
        }
        return findings.stream().allMatch(Doctor.Finding::fine) ? ExitCode.DONE : ExitCode.BAD;
    }
}
