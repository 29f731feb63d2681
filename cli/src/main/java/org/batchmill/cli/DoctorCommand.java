package org.batchmill.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.batchmill.jobs.inspect.Doctor;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.train.RankCheck;
import org.batchmill.train.collective.LostRankException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** {@code batchmill doctor}. */
@Command(
        name = "doctor",
        header = "Checks natives, devices, memory and versions, and runs a test convolution.",
        description = {
            "Ends with exit code 1 when something that training needs is missing. With --ranks env, started on each machine with"
                    + " the environment that ranks would have, it tries whether they reach each other."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill doctor",
            "  batchmill doctor --engine torch",
            "  RANK=0 WORLD_SIZE=2 MASTER_ADDR=10.0.0.5 MASTER_PORT=29500 batchmill doctor --ranks env"
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    private final Terminal terminal;

    private final EngineOptions options = new EngineOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).only("engine").spec();

    private final GangOptions gang = new GangOptions();

    @Mixin
    final CommandSpec ofGangs =
            DeclaredOptions.of(gang).only("ranks", "rank-timeout").spec();

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Doctor.Finding> findings = new ArrayList<>(Doctor.examine(options.engine));
        if (gang.ranks != null) {
            terminal.keepFromNatives();
            findings.add(ranks());
        }
        for (Doctor.Finding finding : findings) {
            terminal.print(String.format(
                    Locale.ROOT, "%-4s %-10s %s", finding.fine() ? "ok" : "BAD", finding.part(), finding.detail()));
        }
        return findings.stream().allMatch(Doctor.Finding::fine) ? ExitCode.DONE : ExitCode.BAD;
    }

    private Doctor.Finding ranks() throws IOException, InterruptedException {
        try {
            return new Doctor.Finding("ranks", true, RankCheck.line(gang, System.getenv()));
        } catch (LostRankException e) {
            return new Doctor.Finding("ranks", false, e.getMessage());
        }
    }
}
