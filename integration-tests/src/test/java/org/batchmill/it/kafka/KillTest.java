package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a trainer (SIGKILL, from its parent) at random times and starts it again, until it is done: case 17 of the list of faults. What
 * survives must be what an undisturbed run makes, bit for bit.
 */
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
class KillTest {

    private static final int PARTITIONS = 3;
    private static final int BATCH = 4;

    /** Digits, one number after the other, in the task's smallest network. */
    private static final Work DIGITS = new Work() {
        @Override
        public void send(KafkaBroker broker, String topic, int samples) throws Exception {
            broker.makeTopic(topic, PARTITIONS);
            Messages.sendDigits(broker, topic, PARTITIONS, 0, samples);
        }

        @Override
        public Training training(KafkaBroker broker, String topic, Path run) {
            return Training.of(broker, topic, run)
                    .with("--model", "digits-fc", "--batch", BATCH, "--shuffle", "window:50")
                    .with("--checkpoint-steps", 1, "--optimizer", "adam");
        }
    };

    @TempDir
    Path folder;

    /** What is learnt from a topic. */
    private interface Work {

        /** Makes a topic of so many messages, of a sample each. */
        void send(KafkaBroker broker, String topic, int samples) throws Exception;

        Training training(KafkaBroker broker, String topic, Path run);

        /** Messages beyond those that are learnt. */
        default int spare() {
            return 0;
        }
    }

    /** A data set, sent by {@code produce}; a checkpoint every few steps, since the networks are larger. */
    private record DataSet(String task, Path data, List<Object> options) implements Work {

        @Override
        public void send(KafkaBroker broker, String topic, int samples) {
            Messages.produce(broker, data, topic, "--count", samples);
        }

        @Override
        public Training training(KafkaBroker broker, String topic, Path run) {
            return Training.of(task, broker, topic, run)
                    .with("--batch", BATCH, "--shuffle", "window:16", "--checkpoint-steps", 3)
                    .with(options.toArray());
        }

        /** A mosaic shows images that come behind its own: the last step waits for them. */
        @Override
        public int spare() {
            return 32;
        }
    }

    @Test
    @Timeout(900)
    void shouldSurviveAKillHereAndThere(KafkaBroker broker) throws Exception {
        killAndCompare(broker, DIGITS, "killed-twice", 60, 2, 0);
    }

    /** Each image has any number of boxes, and is augmented as the recipe says: by draws that follow from its place in the run. */
    @Tag("long")
    @Test
    @Timeout(3600)
    void shouldSurviveKillsOfADetectorsTraining(KafkaBroker broker) throws Exception {
        Path shapes = folder.resolve("shapes");
        assertThat(Command.run("sample", "shapes", shapes, "--count", 40).exitCode())
                .isZero();
        DataSet boxes =
                new DataSet("yolo", shapes, List.of("--model", "yolo-v1-mini", "--classes", "circle,square,triangle"));
        killAndCompare(broker, boxes, "killed-boxes", 40, 6, 0);
    }

    @Tag("long")
    @Test
    @Timeout(3600)
    void shouldSurviveKillsOfASteeringNetworksTraining(KafkaBroker broker) throws Exception {
        Path road = folder.resolve("road");
        assertThat(Command.run("sample", "road", road, "--count", 80).exitCode())
                .isZero();
        killAndCompare(broker, new DataSet("steering", road, List.of()), "killed-road", 60, 6, 0);
    }

    @Tag("long")
    @Test
    @Timeout(3600)
    void shouldSurviveTwentyKillsOfWhichThreeFallIntoTheWritingOfACheckpoint(KafkaBroker broker) throws Exception {
        killAndCompare(broker, DIGITS, "killed", 400, 20, 3);
    }

    private void killAndCompare(
            KafkaBroker broker, Work work, String topic, int steps, int kills, int insideCheckpoints) throws Exception {
        RandomGenerator random = Seed.random(Seed.of(this));
        work.send(broker, topic, steps * BATCH + work.spare());

        Path whole = folder.resolve("whole");
        long started = System.nanoTime();
        try (TrainerProcess undisturbed = start(work.training(broker, topic, whole), whole, steps)) {
            assertThat(undisturbed.await()).as(undisturbed.log()).isZero();
        }
        long wholeMillis = (System.nanoTime() - started) / 1_000_000;

        Path killed = folder.resolve("killed");
        Set<Path> known = new HashSet<>();
        int done = 0;
        int inside = 0;
        while (done < kills || inside < insideCheckpoints) {
            try (TrainerProcess trainer = start(work.training(broker, topic, killed), killed, steps)) {
                // Uniform over what a whole run takes, so that every moment of it, the start too, may be hit. The last
                // ones wait from
                // there on for a checkpoint to be begun.
                long millis = random.nextLong(wholeMillis);
                Path checkpoints = killed.resolve("checkpoints");
                boolean aimed = kills - done <= 2 * (insideCheckpoints - inside);
                boolean hit = aimed
                        ? trainer.killWhen(millis, () -> !known.containsAll(leftovers(checkpoints)))
                        : trainer.killAfter(millis);
                if (!hit) {
                    assertThat(trainer.await()).as(trainer.log()).isZero();
                    // It was done: the rest of the kills goes to another run of the same.
                    compare(whole, killed, broker, topic, work.spare());
                    killed = folder.resolve("killed-" + done);
                    continue;
                }
                boolean writing = known.addAll(leftovers(checkpoints));
                done++;
                inside += writing ? 1 : 0;
                System.out.printf(
                        Locale.ROOT,
                        "kill %d after %d of %d ms%s%n",
                        done,
                        millis,
                        wholeMillis,
                        writing ? ", inside the writing of a checkpoint" : "");
            }
        }
        System.out.printf(Locale.ROOT, "%d kills, %d of them inside the writing of a checkpoint%n", done, inside);
        begunOrGoneOnWith(work.training(broker, topic, killed), killed, steps)
                .run()
                .expectDone();
        compare(whole, killed, broker, topic, work.spare());
    }

    private static void compare(Path whole, Path killed, KafkaBroker broker, String topic, int spare)
            throws IOException {
        assertThat(Runs.history(killed)).isEqualTo(Runs.history(whole));
        List<String> sent = Messages.ids(Messages.readAll(broker, topic));
        assertThat(Runs.learnt(killed))
                .doesNotHaveDuplicates()
                .hasSize(sent.size() - spare)
                .isSubsetOf(sent);
        Runs.expectSameWeights(whole, killed);
    }

    /** A checkpoint that was being written leaves a temporary file when its process is killed. */
    private static Set<Path> leftovers(Path checkpoints) throws IOException {
        Set<Path> found = new HashSet<>();
        if (Files.isDirectory(checkpoints)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(checkpoints, ".*.tmp")) {
                files.forEach(found::add);
            }
        }
        return found;
    }

    private TrainerProcess start(Training anew, Path run, int steps) throws IOException {
        return TrainerProcess.start(
                folder.resolve(run.getFileName() + ".log"),
                begunOrGoneOnWith(anew, run, steps).arguments());
    }

    /** Begins the run, or goes on with it if it got as far as a checkpoint. */
    private static Training begunOrGoneOnWith(Training anew, Path run, int steps) throws IOException {
        boolean goesOn = Files.isDirectory(run.resolve("checkpoints"))
                && !Runs.checkpoints(run).isEmpty();
        return (goesOn ? anew.resumed() : anew).steps(steps);
    }
}
