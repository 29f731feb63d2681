package org.batchmill.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.jobs.train.TrainSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
            "  batchmill train classify --data FOLDER --holdout .2 --run out/classes",
            "  batchmill train digits --data sample:digits --run out/digits",
            "  batchmill train table --data patients.csv --holdout .2 --batch 10"
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

    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    final CommandSpec ofTopics = DeclaredOptions.of(kafka).spec();

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
        TrainSummary summary;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            TrainJob job = new TrainJob(training.options(task, kafka), progress);
            try (Signals.Asked asked = Signals.asks(job::requestStop)) {
                summary = job.run();
            }
        }
        results.print(terminal, summary::toJson, summary::lines);
        return summary.stopped() ? ExitCode.STOPPED : ExitCode.DONE;
    }
}
