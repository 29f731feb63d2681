package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.batchmill.it.DrawnClasses;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A folder of classes, sent to a topic and learnt from there. */
@Timeout(600)
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
class ClassifyTopicTest {

    @TempDir
    Path folder;

    @Test
    void shouldLearnClassesFromATopicAndLeaveOthersOut(KafkaBroker broker) throws Exception {
        Path images = folder.resolve("images");
        DrawnClasses.write(images, 4, 1);
        Command produce = Command.run(
                "produce", images, "--topic", "classes", "--bootstrap", broker.bootstrap(), "--partitions", 2);
        assertThat(produce.exitCode()).as(produce.err()).isZero();
        Command train = Command.run(
                "train",
                "classify",
                "--data",
                "kafka:classes",
                "--bootstrap",
                broker.bootstrap(),
                "--classes",
                "bar,cross,disc,ring,slope",
                "--shuffle",
                "window:8",
                "--block-seconds",
                .2,
                "--model",
                "lenet5",
                "--batch",
                5,
                "--steps",
                2,
                "--run",
                folder.resolve("run"),
                "--json");
        assertThat(train.exitCode()).as(train.err()).isZero();
        JsonNode result = new ObjectMapper().readTree(train.out());
        assertThat(result.get("steps").asInt()).isEqualTo(2);
        assertThat(result.get("skipped").asInt())
                .as("squares are none of the classes, however many of them came by then")
                .isBetween(0, 4);
        expectTheSameOfTheTopicAndOfFiles(broker, images);
    }

    private void expectTheSameOfTheTopicAndOfFiles(KafkaBroker broker, Path images) throws Exception {
        Command answering = Command.run(
                "predict",
                folder.resolve("run"),
                "--data",
                "kafka:classes",
                "--to",
                "kafka:predicted",
                "--bootstrap",
                broker.bootstrap(),
                "--top",
                2,
                "--idle",
                .3,
                "--json");
        assertThat(answering.exitCode()).as(answering.err()).isZero();
        Map<String, JsonNode> answers = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> message : Messages.readAll(broker, "predicted")) {
            JsonNode answer = new ObjectMapper().readTree(message.value());
            answers.put(new String(message.key(), StandardCharsets.UTF_8), answer);
            assertThat(answer.get("top")).hasSize(2);
            assertThat(answer.get("topic").asText()).isEqualTo("classes");
        }
        assertThat(answers).hasSize(24);
        Command files = Command.run("predict", folder.resolve("run"), images, "--top", 2, "--json");
        assertThat(files.exitCode()).as(files.err()).isZero();
        for (String line : files.out().lines().toList()) {
            JsonNode one = new ObjectMapper().readTree(line);
            String id = images.relativize(Path.of(one.get("path").asText())).toString();
            assertThat(answers.get(id).get("class")).as(id).isEqualTo(one.get("class"));
            assertThat(answers.get(id).get("probability").asDouble())
                    .isCloseTo(one.get("probability").asDouble(), within(1e-4));
        }
        Command both = Command.run("predict", folder.resolve("run"), images, "--data", "kafka:classes");
        assertThat(both.exitCode()).isEqualTo(2);
        Command neither = Command.run("predict", folder.resolve("run"));
        assertThat(neither.exitCode()).isEqualTo(2);
    }
}
