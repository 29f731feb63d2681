package org.batchmill.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.batchmill.jobs.dashboard.OwnDashboardOptions;
import org.batchmill.jobs.gang.GangLauncher;
import org.batchmill.jobs.gang.SparkLauncher;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.RunOptions;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.FreshFolder;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.jobs.train.TrainSummary;
import org.batchmill.queues.threads.WorkerThread;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code batchmill train}. */
@Command(
        name = "train",
        header = "Trains a network: yolo, steering, classify, digits, line or table.",
        description = {
            "Reads samples through the shuffle and the decode workers, trains, evaluates and writes checkpoints, a TensorBoard event file, metrics.csv and report.html into the run folder. Ctrl-C stops after a clean checkpoint (exit code 4)."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill train yolo --data FOLDER --run out/run",
            "  batchmill train yolo --data 'out/shapes-train-*.tfrecord' --epochs 20",
            "  batchmill train yolo --run out/run --resume --epochs 40",
            "  batchmill train steering --data 'out/road/epoch0[1-7]_front.mp4'",
            "  batchmill train classify --data FOLDER --val-share .2 --run out/classes",
            "  batchmill train digits --data sample:digits --run out/digits",
            "  batchmill train table --data patients.csv --val-share .2 --batch 10",
            "  batchmill train yolo --data FOLDER --run out/run --ranks 2"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TrainCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(
            paramLabel = "TASK",
            description =
                    "yolo, steering, classify (any folder of classes), digits, line (a straight line through points) or"
                            + " table (yes or no from columns).")
    TaskKind task;

    @Mixin
    TrainingMixin training;

    @Spec
    CommandSpec spec;

    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    final CommandSpec ofTopics = DeclaredOptions.of(kafka).spec();

    private final GangOptions gang = new GangOptions();

    @Mixin
    final CommandSpec ofGangs = DeclaredOptions.of(gang).spec();

    private final OwnDashboardOptions shown = new OwnDashboardOptions();

    @Mixin
    final CommandSpec ofDashboard = DeclaredOptions.of(shown).spec();

    @Option(names = "--config", paramLabel = "FILE.yaml", description = "Options from a file; the command line wins.")
    Path config;

    @Mixin
    Results results;

    TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    @SuppressWarnings("try") // it is asked by a signal, not by us
    public Integer call() throws Exception {
        if (gang.processes() > 0) {
            return launch();
        }
        if (gang.onSpark()) {
            return launchOnSpark();
        }
        if (gang.fromEnvironment()) {
            terminal.keepFromNatives();
        }
        TrainSummary summary;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            TrainOptions options = training.options(task, kafka, gang);
            TrainJob job = new TrainJob(options, progress);
            try (OwnDashboard dashboard = OwnDashboard.of(shown, folder(options), terminal);
                    Signals.Asked asked = Signals.asks(job::requestStop)) {
                stopWithLauncher(job);
                summary = job.run();
            }
        }
        results.print(terminal, summary::toJson, summary::lines);
        return summary.stopped() ? ExitCode.STOPPED : ExitCode.DONE;
    }

    /** The run folder, which a dashboard must know before the training makes it. */
    private Path folder(TrainOptions options) {
        RunOptions kept = options.run();
        if (shown.dashboard && kept.run == null && !kept.resume) {
            kept.run = FreshFolder.below(Path.of("runs"), task.name().toLowerCase(Locale.ROOT));
        }
        return kept.run;
    }

    @SuppressWarnings("try") // it is asked by a signal, not by us
    private int launch() throws Exception {
        int cores = RankCommand.cores(gang.processes());
        RankCommand command = RankCommand.of(spec, cores, training.options(task, kafka, gang));
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            GangLauncher launcher = new GangLauncher(command.words(), command.run(), gang, progress, terminal::print);
            try (OwnDashboard dashboard = OwnDashboard.of(shown, command.run(), terminal);
                    Signals.Asked asked = Signals.asks(launcher::requestStop)) {
                return launcher.run();
            }
        }
    }

    @SuppressWarnings("try") // it is asked by a signal, not by us
    private int launchOnSpark() throws Exception {
        SparkLauncher.require(gang);
        RankCommand command = RankCommand.of(spec, gang.sparkCores, training.options(task, kafka, gang));
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            SparkLauncher launcher = new SparkLauncher(
                    command.words(), command.run(), gang, progress, terminal::print, terminal::progress);
            try (OwnDashboard dashboard = OwnDashboard.of(shown, command.run(), terminal);
                    Signals.Asked asked = Signals.asks(launcher::requestStop)) {
                return launcher.run();
            }
        }
    }

    /** Of a rank that a launcher started: its standard input says when to stop, and ends where the launcher does. */
    private static void stopWithLauncher(TrainJob job) {
        String launcher = System.getenv(GangLauncher.MARK);
        if (launcher != null) {
            WorkerThread.start(
                    "launcher",
                    () -> {
                        if (System.in.read() < 0 && launcher.equals(SparkLauncher.ENDS_AT_ONCE)) {
                            Runtime.getRuntime().halt(ExitCode.LOST_RANK);
                        }
                        job.requestStop();
                    },
                    failure -> job.requestStop());
        }
    }
}
