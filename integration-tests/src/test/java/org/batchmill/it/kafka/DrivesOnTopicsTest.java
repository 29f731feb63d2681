package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.batchmill.records.Content;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.example.SampleExamples;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Detectors and steering networks learn from topics: boxes, drives in order, and stacks of frames that need no order. */
@Timeout(1800)
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
class DrivesOnTopicsTest {

    private static final int FRAMES = 60;

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path road;

    @BeforeAll
    static void drawARoad() {
        road = shared.resolve("road");
        Command.done("sample", "road", road, "--count", FRAMES);
    }

    private static Command train(KafkaBroker broker, String task, String topic, Path run, Object... more) {
        return Command.run(Stream.concat(
                        Stream.of(
                                "train",
                                task,
                                "--data",
                                "kafka:" + topic,
                                "--bootstrap",
                                broker.bootstrap(),
                                "--shuffle",
                                "window:16",
                                "--block-seconds",
                                .2,
                                "--batch",
                                4,
                                "--run",
                                run,
                                "--history",
                                "--json"),
                        Arrays.stream(more))
                .toArray());
    }

    private static Sample sample(ConsumerRecord<byte[], byte[]> message) throws Exception {
        return new SampleExamples(List.of()).read(ByteBuffer.wrap(message.value()), new SampleId("none"), "message");
    }

    /** One of three frames that lie one above the other. */
    private static byte[] frame(Content.RawImage stack, int place) {
        byte[] frame = new byte[stack.height() * stack.width() * 3];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = stack.pixels().get(i / 3 * 9 + place * 3 + i % 3);
        }
        return frame;
    }

    /** What starts a trainer of stacks in a process of its own. */
    private static Object[] stacked(KafkaBroker broker, String topic, Path run, Object... more) {
        return Stream.concat(
                        Stream.of(
                                "train",
                                "steering",
                                "--data",
                                "kafka:" + topic,
                                "--bootstrap",
                                broker.bootstrap(),
                                "--frames",
                                3,
                                "--shuffle",
                                "window:16",
                                "--block-seconds",
                                1,
                                "--threads",
                                1,
                                "--history",
                                "--run",
                                run),
                        Arrays.stream(more))
                .toArray();
    }

    private void produceDrives(KafkaBroker broker, String topic) throws Exception {
        Path drives = folder.resolve("drives");
        if (!Files.exists(drives)) {
            Files.createDirectories(drives);
            for (int i = 1; i <= 6; i++) {
                for (String end : List.of("front.mp4", "steering.csv")) {
                    Files.copy(road.resolve("epoch01_" + end), drives.resolve("epoch0" + i + "_" + end));
                }
            }
        }
        Messages.produce(broker, drives, topic, "--stack-for", "pilotnet-small", "--frames", 3);
    }

    /** SIGKILL in the middle of the first steps, then on to the end: the weights of a run that was left alone. */
    @Test
    @Tag("long")
    void shouldLearnStacksBitForBitAfterAKill(KafkaBroker broker) throws Exception {
        produceDrives(broker, "killed");
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");
        Object[] how = {"--batch", 4, "--steps", 30, "--checkpoint-steps", 5};
        Command.done(stacked(broker, "killed", whole, how));
        try (TrainerProcess first =
                TrainerProcess.start(folder.resolve("killed.log"), stacked(broker, "killed", killed, how))) {
            assertThat(first.killWhen(0, () -> Runs.learntSoFar(killed).size() >= 32))
                    .isTrue();
        }
        Command.done("train", "steering", "--run", killed, "--resume");
        assertThat(Runs.history(killed)).isEqualTo(Runs.history(whole)).hasSize(30);
        Runs.expectSameWeights(whole, killed);
    }

    /** Partitions change hands while drives are learnt: each stack is learnt once, and none is torn. */
    @Test
    @Tag("long")
    void shouldLearnEachStackOnceAcrossARebalance(KafkaBroker broker) throws Exception {
        produceDrives(broker, "shared-road");
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        Object[] how = {"--batch", 1, "--group", "road-group", "--checkpoint-steps", 16};
        try (TrainerProcess first =
                TrainerProcess.start(folder.resolve("a.log"), stacked(broker, "shared-road", a, how))) {
            TrainerProcess.await("the first learns", () -> Runs.learntSoFar(a).size() >= 50, first);
            try (TrainerProcess second =
                    TrainerProcess.start(folder.resolve("b.log"), stacked(broker, "shared-road", b, how))) {
                int sent = 1;
                while (Runs.learntSoFar(b).size() < 20) {
                    int before = sent++;
                    TrainerProcess.await(
                            "the trainers follow",
                            () -> Runs.learntSoFar(a, b).size() > (before - 1) * 6 * FRAMES,
                            first,
                            second);
                    produceDrives(broker, "shared-road");
                }
                List<String> all = Messages.ids(Messages.readAll(broker, "shared-road")).stream()
                        .sorted()
                        .toList();
                TrainerProcess.await(
                        "each stack is learnt once",
                        () -> Runs.learntSoFar(a, b).stream().sorted().toList().equals(all),
                        first,
                        second);
                assertThat(first.stop()).as(first.log()).isEqualTo(4);
                assertThat(second.stop()).as(second.log()).isEqualTo(4);
                assertThat(first.log())
                        .contains("shares its partitions out anew")
                        .doesNotContain("skipped 1");
            }
        }
    }

    @Test
    void shouldKeepADriveInOnePartitionAndInOrderAndLearnIt(KafkaBroker broker) throws Exception {
        Messages.produce(broker, road, "road");
        Map<String, Set<Integer>> partitions = new HashMap<>();
        Map<String, List<Integer>> frames = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> message : Messages.readAll(broker, "road")) {
            String drive = new String(message.key(), StandardCharsets.UTF_8);
            String id = sample(message).id().value();
            assertThat(id).startsWith(drive + "#");
            partitions.computeIfAbsent(drive, key -> new HashSet<>()).add(message.partition());
            frames.computeIfAbsent(drive, key -> new ArrayList<>())
                    .add(Integer.parseInt(id.substring(id.indexOf('#') + 1)));
        }
        assertThat(partitions.values()).isNotEmpty().allSatisfy(its -> assertThat(its)
                .hasSize(1));
        assertThat(frames.values()).allSatisfy(its -> assertThat(its).isSorted());
        Path run = folder.resolve("run");
        train(broker, "steering", "road", run, "--steps", 3).expectDone();
        Command resumed = Command.run("train", "steering", "--run", run, "--resume", "--steps", 6, "--json");
        resumed.expectDone();
        assertThat(new ObjectMapper().readTree(resumed.out()).get("skipped").asInt())
                .isZero();
        assertThat(Runs.learnt(run)).doesNotHaveDuplicates().hasSize(24);
    }

    @Test
    void shouldLearnStacksOfFramesWhateverTheOrderTheyComeIn(KafkaBroker broker) throws Exception {
        Messages.produce(broker, road, "stacks", "--stack-for", "pilotnet-small", "--frames", 3, "--frame-gap", 2);
        Map<String, Content.RawImage> stacks = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> message : Messages.readAll(broker, "stacks")) {
            Sample sample = sample(message);
            stacks.put(sample.id().value(), (Content.RawImage) sample.content());
        }
        assertThat(stacks).hasSize(FRAMES);
        stacks.forEach((id, stack) -> {
            assertThat(stack.channels()).isEqualTo(9);
            int number = Integer.parseInt(id.substring(id.indexOf('#') + 1));
            String before = id.substring(0, id.indexOf('#') + 1) + Math.max(0, number - 2);
            assertThat(frame(stack, 1)).as("the middle frame of %s", id).isEqualTo(frame(stacks.get(before), 2));
        });
        Path run = folder.resolve("run");
        Object[] seen = {"--frames", 3, "--frame-gap", 2};
        Command command = train(
                broker,
                "steering",
                "stacks",
                run,
                Stream.concat(Arrays.stream(seen), Stream.of("--steps", 5)).toArray());
        command.expectDone();
        JsonNode result = new ObjectMapper().readTree(command.out());
        assertThat(result.get("skipped").asInt()).isZero();
        assertThat(result.get("steps").asInt()).isEqualTo(5);
        Command.done("eval", run, "--data", road, "--json");
        Command single = train(broker, "steering", "stacks", folder.resolve("single"), "--steps", 1, "--max-errors", 2);
        assertThat(single.exitCode()).as("nine channels are no single frame").isEqualTo(1);
    }

    @Test
    @Tag("long")
    void shouldLearnSequencesFromTopics(KafkaBroker broker) throws Exception {
        Messages.produce(broker, road, "sequences", "--stack-for", "pilotnet-lstm", "--as", "arrow", "--rows", 5);
        Command command =
                train(broker, "steering", "sequences", folder.resolve("run"), "--model", "pilotnet-lstm", "--steps", 2);
        command.expectDone();
        assertThat(new ObjectMapper().readTree(command.out()).get("skipped").asInt())
                .isZero();
    }

    @Test
    @Tag("long")
    void shouldLearnBoxesFromTopics(KafkaBroker broker) throws Exception {
        Path shapes = folder.resolve("shapes");
        Command.done("sample", "shapes", shapes, "--count", 24);
        Messages.produce(broker, shapes, "boxes", "--as", "image");
        Path run = folder.resolve("run");
        Object[] how = {"--model", "yolo-v1-mini", "--classes", "circle,square,triangle"};
        train(
                        broker,
                        "yolo",
                        "boxes",
                        run,
                        Stream.concat(Arrays.stream(how), Stream.of("--steps", 2))
                                .toArray())
                .expectDone();
        Command resumed = Command.run("train", "yolo", "--run", run, "--resume", "--steps", 5, "--json");
        resumed.expectDone();
        assertThat(Runs.learnt(run)).doesNotHaveDuplicates().hasSize(20);
        Command.done("detect", run, shapes.resolve("JPEGImages"), "--json");
    }
}
