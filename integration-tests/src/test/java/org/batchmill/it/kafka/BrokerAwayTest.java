package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
    private static final int BATCH = 10;

    @TempDir
    Path folder;

    @Test
    void shouldGoOnWithoutAStepLostOrRepeatedWhenTheBrokerWasAwayForAWhile() throws Exception {
        stopFor(2);
    }

    @Tag("long")
    @Test
    void shouldGoOnWithoutAStepLostOrRepeatedWhenTheBrokerWasAwayForAMinute() throws Exception {
        stopFor(60);
    }

    private void stopFor(int seconds) throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(folder.resolve("broker"))) {
            broker.makeTopic("away", 3);
            Messages.sendDigits(broker, "away", 3, 0, STEPS * BATCH);
            Path whole = folder.resolve("whole");
            Path disturbed = folder.resolve("disturbed");
            training(broker, whole).run().expectDone();
            try (TrainerProcess trainer = TrainerProcess.start(
                    folder.resolve("disturbed.log"), training(broker, disturbed).arguments())) {
                Await.until("there is a checkpoint", () -> trainer.hasCome(() -> hasCheckpoint(disturbed)));
                // However fast the machine is, something is left to learn when the broker goes.
                trainer.pause();
                assertThat(Runs.learntSoFar(disturbed)).hasSizeLessThan(STEPS * BATCH);
                broker.stop();
                trainer.goOn();
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
    private Training training(KafkaBroker broker, Path run) throws IOException {
        Path config = Files.writeString(
                folder.resolve("client.properties"),
                "max.poll.records=10\nfetch.max.bytes=20000\nmax.partition.fetch.bytes=20000\n");
        return Training.of(broker, "away", run)
                .with("--batch", BATCH, "--kafka-config", config, "--checkpoint-steps", 5)
                .steps(STEPS);
    }

    private static boolean hasCheckpoint(Path run) throws IOException {
        return Files.isDirectory(run.resolve("checkpoints"))
                && !Runs.checkpoints(run).isEmpty();
    }
}
