package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker is stopped under a trainer and started again: case 23 of the list of faults. */
@Timeout(900)
@Tag("concurrent")
class BrokerAwayTest {

    private static final int STEPS = 120;

    @TempDir
    Path folder;

    @Test
    void shouldGoOnWithoutAStepLostOrRepeatedWhenTheBrokerWasAwayForAWhile() throws Exception {
        stopFor(5);
    }

    @Tag("long")
    @Test
    void shouldGoOnWithoutAStepLostOrRepeatedWhenTheBrokerWasAwayForAMinute() throws Exception {
        stopFor(60);
    }

    private void stopFor(int seconds) throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(folder.resolve("broker"))) {
            broker.makeTopic("away", 3);
            Messages.sendDigits(broker, "away", 3, 0, STEPS * 10);
            Path whole = folder.resolve("whole");
            Path disturbed = folder.resolve("disturbed");
            try (TrainerProcess trainer = start(broker, whole)) {
                assertThat(trainer.await()).as(trainer.log()).isZero();
            }
            try (TrainerProcess trainer = start(broker, disturbed)) {
                awaitCheckpoint(disturbed);
                broker.stop();
                TimeUnit.SECONDS.sleep(seconds);
                broker.startAgain();
                assertThat(trainer.await()).as(trainer.log()).isZero();
            }
            assertThat(Runs.history(disturbed)).isEqualTo(Runs.history(whole)).hasSize(STEPS);
            assertThat(Runs.learnt(disturbed)).doesNotHaveDuplicates();
            Runs.expectSameWeights(whole, disturbed);
        }
    }

    /** Messages are fetched as they are needed: a large part of the topic is still on the broker when it goes. */
    private TrainerProcess start(KafkaBroker broker, Path run) throws Exception {
        Path config = Files.writeString(
                folder.resolve("client.properties"),
                "max.poll.records=10\nfetch.max.bytes=20000\nmax.partition.fetch.bytes=20000\n");
        return TrainerProcess.start(
                folder.resolve(run.getFileName() + ".log"),
                Training.of(broker, "away", run)
                        .with("--batch", 10, "--kafka-config", config, "--checkpoint-steps", 5)
                        .steps(STEPS)
                        .arguments());
    }

    private static void awaitCheckpoint(Path run) throws Exception {
        Await.until(
                "there is a checkpoint",
                () -> Files.isDirectory(run.resolve("checkpoints"))
                        && !Runs.checkpoints(run).isEmpty());
    }
}
