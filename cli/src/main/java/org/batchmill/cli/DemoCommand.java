package org.batchmill.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.batchmill.jobs.dashboard.OwnDashboardOptions;
import org.batchmill.jobs.demo.DemoJob;
import org.batchmill.jobs.demo.DemoOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.train.FreshFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** {@code batchmill demo}. */
@Command(
        name = "demo",
        header = "Makes a small data set, packs it, trains a detector, evaluates it, draws: minutes on a laptop.",
        description = "No server, no GPU, no download: the images are drawn.",
        footer = {"", "Example:", "  batchmill demo --out out/demo"},
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    private final Terminal terminal;

    private final DemoOptions options = new DemoOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    private final EngineOptions engine = new EngineOptions();

    @Mixin
    final CommandSpec ofEngine = DeclaredOptions.of(engine).spec();

    private final OwnDashboardOptions shown = new OwnDashboardOptions();

    @Mixin
    final CommandSpec ofDashboard = DeclaredOptions.of(shown).spec();

    @Mixin
    Results results;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    @SuppressWarnings("try") // it is asked by a signal, not by us
    public Integer call() throws Exception {
        if (options.out == null) {
            options.out = FreshFolder.below(Path.of("out"), "demo");
        }
        DemoJob.Summary summary;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            DemoJob demo = new DemoJob(options, engine, progress);
            try (OwnDashboard dashboard = OwnDashboard.of(shown, options.out, terminal);
                    Signals.Asked asked = Signals.asks(demo::requestStop)) {
                summary = demo.run();
            }
        }
        results.print(terminal, summary::toJson, summary::lines);
        return summary.stopped() ? ExitCode.STOPPED : ExitCode.DONE;
    }
}
