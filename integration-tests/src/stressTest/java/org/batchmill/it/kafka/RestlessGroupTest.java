package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A group that throws its member out, or lets others in who leave again, at any moment of a training. */
@Timeout(900)
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
class RestlessGroupTest {

    private static final int PARTITIONS = 3;
    private static final int STEPS = 15;
    private static final int MESSAGES = 20 * STEPS;

    @TempDir
    Path folder;

    @RepeatedTest(3)
    void shouldLearnEachMessageOnce(KafkaBroker broker) throws Exception {
        SplittableRandom random = new SplittableRandom(Seed.of(this));
        String topic = "restless-" + Long.toString(random.nextLong(1L << 40), Character.MAX_RADIX);
        broker.makeTopic(topic, PARTITIONS);
        Path run = folder.resolve("run");
        Path config = folder.resolve("client.properties");
        Files.writeString(config, "session.timeout.ms=6000\nheartbeat.interval.ms=50\n");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CompletableFuture<Command> training = CompletableFuture.supplyAsync(
                    () -> Training.of(broker, topic, run)
                            .with("--group", topic, "--kafka-config", config, "--checkpoint-steps", 3, "--block-seconds", 1)
                            .steps(STEPS)
                            .run(),
                    threads);
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(broker, topic), threads);
            disturb(broker, topic, random, training);
            sending.get();
            Command done = training.get();
            assertThat(done.exitCode()).as(done.err()).isZero();
        } finally {
            threads.shutdownNow();
        }
        assertThat(Runs.learnt(run)).containsExactlyInAnyOrderElementsOf(Messages.ids(Messages.readAll(broker, topic)));
    }

    private static void send(KafkaBroker broker, String topic) {
        try (KafkaProducer<byte[], byte[]> producer = Messages.producer(broker, null)) {
            for (int sent = 0; sent < MESSAGES; sent += 10) {
                Messages.sendDigits(producer, topic, PARTITIONS, sent, 10);
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void disturb(
            KafkaBroker broker, String group, SplittableRandom random, CompletableFuture<?> training) throws Exception {
        try (Admin admin = broker.admin()) {
            for (int i = 0; i < 5 && !training.isDone(); i++) {
                TimeUnit.MILLISECONDS.sleep(random.nextLong(1200));
                if (random.nextBoolean()) {
                    throwOut(admin, group);
                } else {
                    joinAndLeave(broker, group, Duration.ofMillis(random.nextLong(500)));
                }
            }
        }
    }

    private static void throwOut(Admin admin, String group) throws InterruptedException {
        try {
            admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            // There is no member at the moment.
        }
    }

    private static void joinAndLeave(KafkaBroker broker, String group, Duration stay) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrap(),
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                RangeAssignor.class.getName()));
        try (KafkaConsumer<byte[], byte[]> other =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            other.subscribe(List.of(group));
            other.poll(stay);
        }
    }
}
