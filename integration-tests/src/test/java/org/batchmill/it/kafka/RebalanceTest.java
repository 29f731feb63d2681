package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.batchmill.ingest.testing.KafkaBroker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two trainers in one group: case 18 of the list of faults. Each learns a batch of one, so that nothing waits for a full one. */
@Timeout(900)
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
class RebalanceTest {

    private static final int PARTITIONS = 4;
    private static final int BLOCK = 64;

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
            while (Runs.learntSoFar(a).size() < 100) {
                sent = sendSome(broker, sent, () -> Runs.learntSoFar(a), first);
            }
            try (TrainerProcess second = start(broker, "shared", b)) {
                while (Runs.learntSoFar(b).size() < 100) {
                    sent = sendSome(broker, sent, () -> Runs.learntSoFar(a, b), first, second);
                }
                awaitEachLearntOnce(broker, "shared", () -> Runs.learntSoFar(a, b), first, second);
                assertThat(first.stop()).as(first.log()).isEqualTo(4);
                assertThat(second.stop()).as(second.log()).isEqualTo(4);
                assertThat(first.log()).contains("shares its partitions out anew");
            }
        }
        expectEachLearntOnce(broker, "shared", a, b);
    }

    /**
     * The second learns the whole rest while the first hangs, the first's last steps too, which no checkpoint holds. Both histories hold
     * them until the first goes back: more lines than messages, while some messages are not learnt yet.
     */
    @Test
    void shouldGoBackToTheLastCheckpointWhenItsPartitionsWereLost(KafkaBroker broker) throws Exception {
        broker.makeTopic("lost", PARTITIONS);
        Messages.sendDigits(broker, "lost", PARTITIONS, 0, 300);
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        try (TrainerProcess first = start(broker, "lost", a)) {
            TrainerProcess.await("300 are learnt", () -> Runs.learntSoFar(a).size() >= 300, first);
            Messages.sendDigits(broker, "lost", PARTITIONS, 300, 100);
            // The last checkpoint is at step 320, or at 384 of 400.
            TrainerProcess.await("330 are learnt", () -> Runs.learntSoFar(a).size() >= 330, first);
            first.pause();
            throwOut(broker, "lost-group");
            try (TrainerProcess second = start(broker, "lost", b)) {
                Messages.sendDigits(broker, "lost", PARTITIONS, 400, 200);
                Set<String> all = Set.copyOf(Messages.ids(Messages.readAll(broker, "lost")));
                TrainerProcess.await("all are learnt", () -> new HashSet<>(Runs.learntSoFar(a, b)).equals(all), second);
                first.goOn();
                TrainerProcess.await(
                        "the first goes back", () -> first.log().contains("Going back to the last checkpoint"), first);
                Messages.sendDigits(broker, "lost", PARTITIONS, 600, 200);
                awaitEachLearntOnce(broker, "lost", () -> Runs.learntSoFar(a, b), first, second);
                assertThat(first.stop()).as(first.log()).isEqualTo(4);
                assertThat(second.stop()).as(second.log()).isEqualTo(4);
            }
        }
        expectEachLearntOnce(broker, "lost", a, b);
    }

    /** As if the session of the only member had ended. */
    private static void throwOut(KafkaBroker broker, String group) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
        }
    }

    private TrainerProcess start(KafkaBroker broker, String topic, Path run) throws Exception {
        Training training = Training.of(broker, topic, run)
                .with("--group", topic + "-group", "--checkpoint-steps", BLOCK)
                .with("--batch", 1, "--block-seconds", 1);
        return TrainerProcess.start(folder.resolve(run.getFileName() + ".log"), training.arguments());
    }

    /** Sends a few more digits as soon as the trainers are less than two blocks behind; gives how many were sent then. */
    private static int sendSome(KafkaBroker broker, int sent, Callable<List<String>> learnt, TrainerProcess... trainers)
            throws Exception {
        TrainerProcess.await("the trainers follow", () -> learnt.call().size() > sent - 2 * BLOCK, trainers);
        int some = 20;
        Messages.sendDigits(broker, "shared", PARTITIONS, sent, some);
        return sent + some;
    }

    private static void awaitEachLearntOnce(
            KafkaBroker broker, String topic, Callable<List<String>> learnt, TrainerProcess... trainers)
            throws Exception {
        List<String> all =
                Messages.ids(Messages.readAll(broker, topic)).stream().sorted().toList();
        TrainerProcess.await(
                "each message of " + topic + " is learnt once",
                () -> learnt.call().stream().sorted().toList().equals(all),
                trainers);
    }

    private static void expectEachLearntOnce(KafkaBroker broker, String topic, Path a, Path b) throws Exception {
        assertThat(Runs.learnt(a)).doesNotContainAnyElementsOf(Runs.learnt(b));
        assertThat(Runs.learntSoFar(a, b))
                .containsExactlyInAnyOrderElementsOf(Messages.ids(Messages.readAll(broker, topic)));
    }
}
