package org.batchmill.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.batchmill.jobs.dashboard.OwnDashboardOptions;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.RunOptions;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.FreshFolder;
import org.batchmill.jobs.tune.SearchOptions;
import org.batchmill.jobs.tune.TuneJob;
import org.batchmill.jobs.tune.TuneOptions;
import org.batchmill.jobs.tune.TuneSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill tune}. */
@Command(
        name = "tune",
        header = "Searches for the best options of a training.",
        description = {
            "Trains with every combination of the values given, or with random draws from them, evaluates each on held-out samples, and ends with a table, results.csv and tune.png. All options of train may stand here, and every one may be searched over. Ctrl-C stops after clean checkpoints (exit code 4); --resume goes on."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill tune table --data patients.csv --folds 3 --search batch=10,20,40 --search epochs=10,50,100"
                    + " --run out/grid",
            "  batchmill tune digits --data ../shared/data/mnist --search lr=log:1e-4..1e-1 --search"
                    + " 'optimizer=adam|momentum:.9' \\\\",
            "                 --trials 20 --epochs 1 --run out/random",
            "  batchmill tune table --run out/grid --resume"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TuneCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "TASK", description = "yolo, steering, classify, digits, line or table.")
    TaskKind task;

    private final SearchOptions search = new SearchOptions();

    @Mixin
    final CommandSpec ofSearch = DeclaredOptions.of(search).spec();

    @Mixin
    TrainingMixin training;

    private final OwnDashboardOptions shown = new OwnDashboardOptions();

    @Mixin
    final CommandSpec ofDashboard = DeclaredOptions.of(shown).spec();

    @Option(names = "--config", paramLabel = "FILE.yaml", description = "Options from a file; the command line wins.")
    Path config;

    @Mixin
    Results results;

    TuneCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    @SuppressWarnings("try") // it is asked by a signal, not by us
    public Integer call() throws Exception {
        TrainOptions each = training.options(task, new KafkaOptions(), new GangOptions());
        RunOptions kept = each.run();
        if (kept.run == null) {
            kept.run = FreshFolder.below(Path.of("runs"), "tune");
        }
        TuneOptions options = new TuneOptions(each, search);
        TuneSummary summary;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            TuneJob job = new TuneJob(options, progress);
            try (OwnDashboard dashboard = OwnDashboard.of(shown, kept.run, terminal);
                    Signals.Asked asked = Signals.asks(job::requestStop)) {
                summary = job.run();
            }
        } catch (InterruptedException e) {
            terminal.progress("stopped; batchmill tune " + task.name().toLowerCase(Locale.ROOT) + " --run " + kept.run
                    + " --resume goes on");
            return ExitCode.STOPPED;
        }
        results.print(terminal, summary::toJson, summary::lines);
        return summary.found() ? ExitCode.DONE : ExitCode.BAD;
    }
}
