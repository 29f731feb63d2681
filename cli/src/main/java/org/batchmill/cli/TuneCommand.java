package org.batchmill.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.RunOptions;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.FreshFolder;
import org.batchmill.jobs.tune.TuneJob;
import org.batchmill.jobs.tune.TuneOptions;
import org.batchmill.jobs.tune.TuneSummary;
import org.batchmill.train.tune.Option;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code batchmill tune}. */
@Command(
        name = "tune",
        header = "Searches for the best options of a training.",
        description = {
            "Trains with every combination of the values given, or with random draws from them, judges each on"
                    + " held-out samples,",
            "and ends with a table, results.csv and tune.png. All options of train may stand here, and every one may"
                    + " be searched",
            "over. Ctrl-C stops after clean checkpoints (exit code 4); --resume goes on."
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

    @Parameters(paramLabel = "TASK", description = "yolo, steering, digits, line or table.")
    TaskKind task;

    @picocli.CommandLine.Option(
            names = "--search",
            paramLabel = "NAME=VALUES",
            required = true,
            split = ";",
            description = "An option of train and its values: batch=10,20 or optimizer=adam|momentum:.9; or a range:"
                    + " batch=8..64, l2=0..0.1, lr=log:1e-4..1e-1.")
    List<String> search;

    @picocli.CommandLine.Option(
            names = "--trials",
            paramLabel = "N",
            defaultValue = "0",
            description = "So many random draws; every combination if not given.")
    int trials;

    @picocli.CommandLine.Option(
            names = "--folds",
            paramLabel = "K",
            defaultValue = "1",
            description = "Cut the training samples into so many parts and hold out each once, instead of --val or"
                    + " --holdout.")
    int folds;

    @picocli.CommandLine.Option(
            names = "--cpus",
            paramLabel = "N",
            defaultValue = "0",
            description = "Processors that all trainings together may use (all of them); --threads for each (1).")
    int cpus;

    @Mixin
    TrainingMixin training;

    @picocli.CommandLine.Option(
            names = "--config",
            paramLabel = "FILE.yaml",
            description = "Options from a file; the command line wins.")
    Path config;

    @Mixin
    Results results;

    TuneCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    @SuppressWarnings("try") // it is asked by a signal, not by us
    public Integer call() throws Exception {
        TrainOptions each = training.options(task, new KafkaOptions());
        RunOptions kept = each.run();
        if (kept.run == null) {
            kept.run = FreshFolder.below(Path.of("runs"), "tune");
        }
        int processors = cpus == 0 ? Runtime.getRuntime().availableProcessors() : cpus;
        TuneOptions options =
                new TuneOptions(each, search.stream().map(Option::parse).toList(), trials, folds, processors);
        TuneSummary summary;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            TuneJob job = new TuneJob(options, progress);
            try (Signals.Asked asked = Signals.asks(job::requestStop)) {
                summary = job.run();
            }
        } catch (InterruptedException e) {
            terminal.progress("stopped; batchmill tune " + task.name().toLowerCase(java.util.Locale.ROOT) + " --run "
                    + kept.run + " --resume goes on");
            return ExitCode.STOPPED;
        }
        results.print(terminal, summary::toJson, summary::lines);
        return summary.found() ? ExitCode.DONE : ExitCode.BAD;
    }
}
