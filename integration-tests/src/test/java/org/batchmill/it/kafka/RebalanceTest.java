package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.batchmill.ingest.testing.KafkaBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two trainers in one group: case 18 of the list of faults. Each learns a batch of one, so that nothing waits for a full one. */
@Timeout(600)
@ExtendWith(SharedBroker.class)
class RebalanceTest {

    private static final int PARTITIONS = 4;

    @TempDir
    Path folder;

    @Test
    void shouldLearnEachMessageOnceInOneOfTwoRunsAcrossARebalance(KafkaBroker broker) throws Exception {
        broker.makeTopic("shared", PARTITIONS);
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        int sent = 0;
        try (TrainerProcess first = start(broker, "shared", a)) {
            // Messages keep coming, so that the first is in the middle of a block when the second joins.
            while (learnt(a) < 100) {
                sent = sendSome(broker, sent);
            }
            try (TrainerProcess second = start(broker, "shared", b)) {
                while (learnt(b) < 100) {
                    sent = sendSome(broker, sent);
                }
                awaitLearnt(sent, a, b);
                assertThat(first.stop()).as(first.log()).isEqualTo(4);
                assertThat(second.stop()).as(second.log()).isEqualTo(4);
                assertThat(first.log()).contains("shares its partitions out anew");
            }
        }
        List<String> learnt = new ArrayList<>(Runs.learnt(a));
        learnt.addAll(Runs.learnt(b));
        assertThat(learnt).containsExactlyInAnyOrderElementsOf(Messages.ids(Messages.readAll(broker, "shared")));
    }

    @Test
    void shouldGoBackToTheLastCheckpointWhenItsPartitionsWereLost(KafkaBroker broker) throws Exception {
        broker.makeTopic("lost", PARTITIONS);
        Messages.sendDigits(broker, "lost", PARTITIONS, 0, 300);
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        try (TrainerProcess first = start(broker, "lost", a)) {
            awaitLearnt(300, a);
            Messages.sendDigits(broker, "lost", PARTITIONS, 300, 100);
            awaitLearnt(330, a); // the last checkpoint was at step 320, or at 384 of 400
            first.pause();
            try (TrainerProcess second = start(broker, "lost", b)) {
                awaitLearnt(20, b);
                first.goOn();
                Messages.sendDigits(broker, "lost", PARTITIONS, 400, 400);
                awaitLearnt(800, a, b);
                assertThat(first.stop()).as(first.log()).isEqualTo(4);
                assertThat(second.stop()).as(second.log()).isEqualTo(4);
                assertThat(first.log()).contains("Going back to the last checkpoint");
            }
        }
        List<String> learnt = new ArrayList<>(Runs.learnt(a));
        learnt.addAll(Runs.learnt(b));
        assertThat(learnt).containsExactlyInAnyOrderElementsOf(Messages.ids(Messages.readAll(broker, "lost")));
    }

    private TrainerProcess start(KafkaBroker broker, String topic, Path run) throws Exception {
        Path config = folder.resolve("client.properties");
        Files.writeString(config, "session.timeout.ms=6000\nheartbeat.interval.ms=1000\n");
        Training training = Training.of(broker, topic, run)
                .with("--group", topic + "-group", "--kafka-config", config, "--checkpoint-steps", 64)
                .with("--batch", 1);
        return TrainerProcess.start(folder.resolve(run.getFileName() + ".log"), training.arguments());
    }

    /** Sends a few more digits and waits a moment; gives how many were sent then. */
    private static int sendSome(KafkaBroker broker, int sent) throws Exception {
        int some = 20;
        Messages.sendDigits(broker, "shared", PARTITIONS, sent, some);
        TimeUnit.MILLISECONDS.sleep(200);
        return sent + some;
    }

    /** Waits until the histories hold so many samples together. */
    private static void awaitLearnt(int samples, Path... runs) throws Exception {
        while (learnt(runs) < samples) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static int learnt(Path... runs) throws Exception {
        int learnt = 0;
        for (Path run : runs) {
            Path history = run.resolve("history.jsonl");
            learnt += Files.exists(history) ? Files.readAllLines(history).size() : 0;
        }
        return learnt;
    }
}
