package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
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
        assertThat(Command.run("predict", folder.resolve("run"), images.resolve("bar"))
                        .exitCode())
                .isZero();
    }
}
