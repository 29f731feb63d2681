package org.batchmill.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.batchmill.jobs.dashboard.Dashboard;
import org.batchmill.jobs.dashboard.DashboardOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill dashboard}. */
@Command(
        name = "dashboard",
        header = "Shows runs in a browser, while they go on and behind their end.",
        description = {
            "Curves, input, images, evaluations, histograms, the network, skipped samples and searches of all runs below the folders. Nothing is written, and nothing comes from another host. Ctrl-C ends it."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill dashboard",
            "  batchmill dashboard runs/first runs/second --port 7000",
            "  ssh -L 6006:localhost:6006 HOST batchmill dashboard runs"
        },
        mixinStandardHelpOptions = true)
final class DashboardCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "RUNS", description = "Run folders, or folders with runs below them. Default: runs.")
    List<Path> folders;

    private final DashboardOptions options = new DashboardOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    DashboardCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    @SuppressWarnings("try") // it is asked by a signal, not by us
    public Integer call() throws Exception {
        List<Path> shown = folders == null ? List.of(Path.of("runs")) : folders;
        CountDownLatch asked = new CountDownLatch(1);
        try (Dashboard dashboard = Dashboard.open(shown, options);
                Signals.Asked signal = Signals.asks(() -> {
                    asked.countDown();
                    return false;
                })) {
            terminal.print("the runs are shown at " + dashboard.address() + "; Ctrl-C ends it");
            asked.await();
        }
        return ExitCode.STOPPED;
    }
}
