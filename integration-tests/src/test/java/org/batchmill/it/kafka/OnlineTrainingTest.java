package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.batchmill.cli.Batchmill;
import org.batchmill.cli.Terminal;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Produces, trains and goes on, through the command and on a real broker. */
@Timeout(600)
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
class OnlineTrainingTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void shouldLearnTheSameBatchesWhenResumedAsWhenNeverStopped(KafkaBroker broker) throws Exception {
        broker.makeTopic("whole", 3);
        Messages.sendDigits(broker, "whole", 3, 0, 300);
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        expectDone(Training.of(broker, "whole", whole).steps(15).run());
        expectDone(Training.of(broker, "whole", parts).steps(4).run());
        expectDone(Training.resume(parts).steps(5).run());
        expectDone(Training.resume(parts).steps(15).run());

        assertThat(Runs.history(parts)).isEqualTo(Runs.history(whole)).hasSize(15);
        assertThat(Runs.learnt(whole))
                .containsExactlyInAnyOrderElementsOf(Messages.ids(Messages.readAll(broker, "whole")));
        Runs.expectSameWeights(whole, parts);
    }

    @Test
    void shouldLearnWhatTheProduceCommandSendsAsArrow(KafkaBroker broker) throws Exception {
        expectDone(Command.run(
                "produce",
                "sample:digits",
                "--topic",
                "rows",
                "--count",
                100,
                "--as",
                "arrow",
                "--rows",
                7,
                "--partitions",
                2,
                "--bootstrap",
                broker.bootstrap()));
        Path run = folder.resolve("rows");
        expectDone(Training.of(broker, "rows", run).steps(3).run());
        expectDone(Training.resume(run).steps(5).run());
        assertThat(Runs.learnt(run))
                .doesNotHaveDuplicates()
                .hasSize(100)
                .anyMatch(id -> id.startsWith("rows/") && id.endsWith("/6"));
    }

    @Test
    void shouldSendNoFasterThanAsked(KafkaBroker broker) throws Exception {
        Command produce = Command.run(
                "produce",
                "sample:digits",
                "--topic",
                "slow",
                "--count",
                20,
                "--rate",
                10,
                "--bootstrap",
                broker.bootstrap(),
                "--json");
        expectDone(produce);
        JsonNode sent = JSON.readTree(produce.out());
        assertThat(sent.get("samples").asInt()).isEqualTo(20);
        assertThat(sent.get("samples_per_second").asDouble()).isLessThan(11);
    }

    @Test
    void shouldSayThatItWaitsWhereATopicIsEmpty(KafkaBroker broker) throws Exception {
        String topic = "quiet";
        broker.makeTopic(topic, 1);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        FutureTask<Integer> training = new FutureTask<>(() -> Batchmill.run(
                Terminal.to(new ByteArrayOutputStream(), err),
                Arrays.stream(Training.of(broker, topic, folder.resolve(topic))
                                .steps(1)
                                .arguments())
                        .map(Object::toString)
                        .toArray(String[]::new)));
        new Thread(training, "quiet-training").start();
        String line = "waiting for messages of quiet";
        Await.until(line, () -> err.toString(StandardCharsets.UTF_8).contains(line));
        Messages.sendDigits(broker, topic, 1, 0, 64);
        assertThat(training.get()).isZero();
    }

    @Test
    void shouldHoldOutKeysAndEvaluateOnThemTheSameWhenResumed(KafkaBroker broker) throws Exception {
        broker.makeTopic("held", 2);
        Messages.sendDigits(broker, "held", 2, 0, 400);
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        expectDone(heldOut(broker, whole).steps(12).run());
        expectDone(heldOut(broker, parts).steps(6).run());
        expectDone(Training.resume(parts).steps(12).run());

        assertThat(Runs.learnt(whole)).doesNotHaveDuplicates().hasSize(240);
        assertThat(column(parts, "held_out_loss")).isEqualTo(column(whole, "held_out_loss"));
        assertThat(column(parts, "prequential_loss")).isEqualTo(column(whole, "prequential_loss"));
        assertThat(column(whole, "held_out_loss").get(11)).isNotEmpty();
        assertThat(column(whole, "lag").get(0)).isNotEmpty();
        Runs.expectSameWeights(whole, parts);
        assertThat(heldOutIn(broker, whole)).isNotEmpty();
    }

    @Test
    void shouldEvaluateOnAFixedSetWhileItLearns(KafkaBroker broker) throws Exception {
        broker.makeTopic("evaluated", 2);
        Messages.sendDigits(broker, "evaluated", 2, 0, 120);
        Path fixed = folder.resolve("fixed.tfrecord");
        try (TfRecordWriter writer = TfRecordWriter.create(fixed, WriteOptions.PLAIN)) {
            for (int i = 1000; i < 1050; i++) {
                writer.write(new SampleExamples(Messages.CLASSES).write(Messages.digit(i)));
            }
            writer.finish();
        }
        Path run = folder.resolve("run");
        Command training = Training.of(broker, "evaluated", run)
                .with("--val", fixed, "--evaluate-steps", 3)
                .steps(6)
                .run();
        expectDone(training);
        assertThat(training.err()).contains("step 3: validation loss").contains("step 6: validation loss");
        assertThat(run.resolve("checkpoints").resolve("best.ckpt")).exists();
    }

    private static Training heldOut(KafkaBroker broker, Path run) {
        return Training.of(broker, "held", run)
                .with("--val-keys", .2, "--evaluate-steps", 4, "--prequential", "--publish", "announced");
    }

    /** What no step learnt, of the messages before the last one learnt of each partition. */
    private static List<String> heldOutIn(KafkaBroker broker, Path run) throws Exception {
        List<String> learnt = Runs.learnt(run);
        return Messages.ids(Messages.readAll(broker, "held")).stream()
                .filter(id -> !learnt.contains(id))
                .toList();
    }

    @Test
    void shouldTellATopicOfEachCheckpoint(KafkaBroker broker) throws Exception {
        broker.makeTopic("told", 1);
        Messages.sendDigits(broker, "told", 1, 0, 100);
        Path run = folder.resolve("run");
        expectDone(Training.of(broker, "told", run)
                .with("--publish", "news", "--checkpoint-steps", 2)
                .steps(4)
                .run());
        List<ConsumerRecord<byte[], byte[]>> news = Messages.readAll(broker, "news");
        assertThat(news).hasSize(3);
        JsonNode last = JSON.readTree(news.get(2).value());
        assertThat(last.get("step").asInt()).isEqualTo(4);
        assertThat(Path.of(last.get("checkpoint").asText())).exists();
        assertThat(last.get("loss").isNumber()).isTrue();
    }

    @Test
    void shouldKeepKeysAndTimesOfWhatWasLearnt(KafkaBroker broker) throws Exception {
        broker.makeTopic("origin", 1);
        Messages.sendDigits(broker, "origin", 1, 0, 40);
        Path run = folder.resolve("run");
        expectDone(Training.of(broker, "origin", run).steps(2).run());
        for (String line : Files.readAllLines(run.resolve("history.jsonl"))) {
            for (JsonNode sample : JSON.readTree(line).get("samples")) {
                String offset = sample.get("id").asText().split("/", -1)[2];
                assertThat(sample.get("key").asText()).isEqualTo("digit-" + offset);
                assertThat(sample.get("time").asText()).startsWith("20");
            }
        }
    }

    @Test
    void shouldBeginWhereTheGroupStandsAndAtTheEndIfAsked(KafkaBroker broker) throws Exception {
        broker.makeTopic("places", 1);
        Messages.sendDigits(broker, "places", 1, 0, 100);
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        expectDone(Training.of(broker, "places", first)
                .with("--group", "g")
                .steps(2)
                .run());
        expectDone(Training.of(broker, "places", second)
                .with("--group", "g")
                .steps(2)
                .run());
        assertThat(Runs.learnt(first)).doesNotContainAnyElementsOf(Runs.learnt(second));
        assertThat(Runs.learnt(second)).hasSize(40);
    }

    private static List<String> column(Path run, String name) throws Exception {
        List<String> lines = Files.readAllLines(run.resolve("metrics.csv"));
        int column = List.of(lines.get(0).split(",", -1)).indexOf(name);
        assertThat(column).as(lines.get(0)).isNotNegative();
        return lines.stream().skip(1).map(line -> line.split(",", -1)[column]).toList();
    }

    private static void expectDone(Command command) {
        assertThat(command.exitCode()).as(command.err()).isZero();
    }
}
