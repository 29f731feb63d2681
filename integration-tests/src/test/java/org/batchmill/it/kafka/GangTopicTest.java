package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.RankProcesses;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.jobs.train.TrainSummary;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.testing.Seed;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.collective.ThreadGang;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Ranks of a gang that learn from a topic: rank 0 reads it, and all take the same blocks in the same order. */
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
@Timeout(1800)
class GangTopicTest {

    private static final int PARTITIONS = 3;
    private static final int BATCH = 10;
    private static final int STEPS = 40;

    @TempDir
    Path folder;

    private static TrainOptions options(KafkaBroker broker, String topic, Path run) {
        TrainOptions options = TrainOptions.of(TaskKind.DIGITS);
        options.data().data = "kafka:" + topic;
        options.data().classes = Messages.CLASSES;
        options.kafka().bootstrap = broker.bootstrap();
        options.kafka().history = true;
        options.kafka().blockSeconds = Duration.ofMillis(200);
        options.input().shuffle = Shuffle.parse("window:64");
        options.input().batch = BATCH;
        options.input().workers = 1;
        options.optimization().model = "digits-fc";
        options.optimization().steps = (long) STEPS;
        options.engine().threads = 1;
        options.run().run = run;
        options.run().checkpointSteps = 10L;
        options.gang().rankTimeout = 300;
        return options;
    }

    private static Checkpoint end(Path run, int steps) throws IOException {
        return CheckpointFile.read(run.resolve(String.format(Locale.ROOT, "checkpoints/step-%09d.ckpt", steps)));
    }

    /** Where partitions stand; the name that a run has in its group is its own. */
    private static String place(Checkpoint checkpoint) {
        return checkpoint.progress().data().replaceAll("(position|origin)=[0-9a-f]{8}", "$1=");
    }

    @Test
    void shouldLearnTheMessagesThatOneLearnsAlone(KafkaBroker broker) throws Exception {
        broker.makeTopic("shared", PARTITIONS);
        // More than is learnt: one of the blocks is begun only.
        Messages.sendDigits(broker, "shared", PARTITIONS, 0, STEPS * BATCH + 30);
        Path alone = folder.resolve("alone");
        new TrainJob(options(broker, "shared", alone), JobListener.SILENT).run();
        Path three = folder.resolve("three");
        for (Callable<TrainSummary> rank :
                ThreadGang.run(3, collective -> new TrainJob(options(broker, "shared", three), JobListener.SILENT)
                        .rank(collective)
                        .run())) {
            rank.call();
        }
        // The history of a gang has the rows of rank 0: a third of each batch, the first.
        List<List<String>> all = Runs.history(alone);
        List<List<String>> first = Runs.history(three);
        assertThat(first).hasSize(STEPS);
        for (int step = 0; step < STEPS; step++) {
            assertThat(first.get(step)).isEqualTo(all.get(step).subList(0, BATCH / 3));
        }
        Checkpoint expected = end(alone, STEPS);
        Checkpoint actual = end(three, STEPS);
        assertThat(place(actual)).isEqualTo(place(expected));
        expected.parameters().forEach((name, values) -> {
            for (int i = 0; i < values.length; i++) {
                assertThat(actual.parameters().get(name)[i]).as(name).isCloseTo(values[i], within(1e-3f));
            }
        });
    }

    private TrainerProcess launch(KafkaBroker broker, String topic, Path run, int steps) throws IOException {
        return TrainerProcess.start(
                folder.resolve(run.getFileName() + ".log"),
                Training.of(broker, topic, run)
                        .with("--model", "digits-fc", "--batch", BATCH, "--optimizer", "adam")
                        .with("--checkpoint-steps", 5, "--ranks", 2, "--max-restarts", 100, "--rank-timeout", 10)
                        .steps(steps)
                        .arguments());
    }

    /** Whoever is killed, and whenever: what is learnt is what a gang learns that is left alone, bit for bit. */
    @Tag("long")
    @Test
    void shouldLearnEachMessageOnceWhenRanksAreKilled(KafkaBroker broker) throws Exception {
        int steps = 300;
        RandomGenerator random = Seed.random(Seed.of(this));
        broker.makeTopic("killed", PARTITIONS);
        Messages.sendDigits(broker, "killed", PARTITIONS, 0, steps * BATCH);
        Path whole = folder.resolve("whole");
        try (TrainerProcess undisturbed = launch(broker, "killed", whole, steps)) {
            assertThat(undisturbed.await()).as(undisturbed.log()).isZero();
        }
        Path killed = folder.resolve("killed");
        int kills = 0;
        try (TrainerProcess launcher = launch(broker, "killed", killed, steps)) {
            while (!launcher.endsWithin(random.nextInt(6000)) && kills < 12) {
                kills += RankProcesses.find(launcher.children(), random.nextInt(2))
                                .map(ProcessHandle::destroyForcibly)
                                .orElse(false)
                        ? 1
                        : 0;
            }
            assertThat(launcher.await()).as(launcher.log()).isZero();
        }
        System.out.println(kills + " ranks killed");
        assertThat(kills).isPositive();
        assertThat(Runs.history(killed)).isEqualTo(Runs.history(whole));
        Runs.expectSameWeights(whole, killed);
        assertThat(place(end(killed, steps))).isEqualTo(place(end(whole, steps)));
    }
}
