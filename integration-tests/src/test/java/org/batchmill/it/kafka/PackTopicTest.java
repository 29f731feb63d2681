package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.batchmill.it.Samples;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code pack kafka}: a stretch of a topic as record files. */
@Timeout(600)
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
class PackTopicTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void shouldArchiveATopicWithWhereItsSamplesCameFrom(KafkaBroker broker) throws Exception {
        broker.makeTopic("archive", 2);
        Messages.sendDigits(broker, "archive", 2, 0, 60);
        Path prefix = folder.resolve("out/all");
        Command pack = pack(broker, "archive", prefix, "--shards", 3);
        assertThat(pack.exitCode()).as(pack.err()).isZero();
        JsonNode result = JSON.readTree(pack.out());
        assertThat(result.get("samples").asInt()).isEqualTo(60);
        assertThat(result.get("shards")).hasSize(3);

        assertThat(Samples.read(prefix + "-*.tfrecord"))
                .extracting(sample -> sample.id().value())
                .containsExactlyInAnyOrderElementsOf(Messages.ids(Messages.readAll(broker, "archive")));
        assertThat(Command.run("verify", prefix + "-*.tfrecord").exitCode()).isZero();
        byte[] shard = Files.readAllBytes(folder.resolve("out/all-00000-of-00003.tfrecord"));
        assertThat(new String(shard, StandardCharsets.ISO_8859_1))
                .contains("kafka/offset", "kafka/timestamp", "kafka/key", "digit-");
        JsonNode dataset = JSON.readTree(Files.readAllBytes(folder.resolve("out/all-dataset.json")));
        assertThat(dataset.get("partitions").get(1).get("to").asInt()).isEqualTo(30);

        Path again = folder.resolve("again/all");
        assertThat(pack(broker, "archive", again, "--shards", 3).exitCode()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("again/all-00000-of-00003.tfrecord")))
                .isEqualTo(shard);
    }

    @Test
    void shouldTakeAWindowByOffsets(KafkaBroker broker) throws Exception {
        broker.makeTopic("window", 1);
        Messages.sendDigits(broker, "window", 1, 0, 50);
        Path prefix = folder.resolve("w");
        Command pack = pack(broker, "window", prefix, "--from", 10, "--until", 25, "--shards", 1);
        assertThat(pack.exitCode()).as(pack.err()).isZero();
        assertThat(Samples.read(prefix + "-*.tfrecord"))
                .extracting(sample -> sample.id().value())
                .hasSize(15)
                .startsWith("window/0/10/0")
                .endsWith("window/0/24/0");
    }

    @Test
    void shouldNameABadMessageAndLeaveItOutIfAsked(KafkaBroker broker) throws Exception {
        broker.makeTopic("bad-archive", 1);
        try (KafkaProducer<byte[], byte[]> producer = Messages.producer(broker, null)) {
            Messages.sendDigits(producer, "bad-archive", 1, 0, 5);
            var unused = producer.send(new ProducerRecord<>("bad-archive", 0, null, Messages.bytes("poison")));
            Messages.sendDigits(producer, "bad-archive", 1, 5, 5);
        }
        Command fail = pack(broker, "bad-archive", folder.resolve("f"));
        assertThat(fail.exitCode()).isEqualTo(1);
        assertThat(fail.errors()).singleElement().asString().contains("bad-archive/0/5");
        assertThat(folder).isDirectoryNotContaining("glob:**.tfrecord");
        Command skip = pack(broker, "bad-archive", folder.resolve("s"), "--on-error", "skip");
        assertThat(skip.exitCode()).as(skip.err()).isZero();
        assertThat(JSON.readTree(skip.out()).get("samples").asInt()).isEqualTo(10);
        assertThat(JSON.readTree(skip.out()).get("bad").asInt()).isEqualTo(1);
    }

    private static Command pack(KafkaBroker broker, String topic, Path prefix, Object... more) {
        List<Object> arguments = new ArrayList<>(
                List.of("pack", "kafka", topic, "--bootstrap", broker.bootstrap(), "--out", prefix, "--json"));
        arguments.addAll(List.of(more));
        return Command.run(arguments.toArray());
    }
}
