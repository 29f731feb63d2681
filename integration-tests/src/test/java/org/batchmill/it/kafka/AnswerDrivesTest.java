package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.batchmill.records.SampleId;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Networks of several frames answer topics of drives: each frame with those before it, whoever takes the partition up in between. */
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
@Timeout(1800)
class AnswerDrivesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FRAMES = 40;
    private static final int DRIVES = 3;

    /** Where answering takes as long as twenty kills. */
    private static final int MANY_DRIVES = 6;

    private static final int KILLS = 20;
    private static final double ALIKE = 1e-5;

    /** In seconds, of a topic in which everything is there before: it begins when all is answered. */
    private static final double IDLE = .3;

    @TempDir
    static Path shared;

    private static Path drives;
    private static Path run;

    @TempDir
    Path folder;

    @BeforeAll
    static void trainOnStacks() throws Exception {
        Path road = shared.resolve("road");
        Command.done("sample", "road", road, "--count", FRAMES);
        drives = copies(road, "drives", DRIVES);
        run = shared.resolve("run");
        Command.done(
                "train",
                "steering",
                "--data",
                road,
                "--frames",
                3,
                "--frame-gap",
                2,
                "--steps",
                20,
                "--batch",
                8,
                "--run",
                run);
    }

    /** A folder of so many drives, each the same. */
    private static Path copies(Path road, String name, int count) throws IOException {
        Path drives = Files.createDirectories(shared.resolve(name));
        for (int i = 1; i <= count; i++) {
            for (String end : List.of("front.mp4", "steering.csv")) {
                Files.copy(road.resolve("epoch01_" + end), drives.resolve("epoch0" + i + "_" + end));
            }
        }
        return drives;
    }

    private static Object[] drive(KafkaBroker broker, String from, String to, Object... more) {
        return Stream.concat(
                        Stream.of(
                                "drive",
                                run,
                                "--data",
                                "kafka:" + from,
                                "--to",
                                "kafka:" + to,
                                "--bootstrap",
                                broker.bootstrap()),
                        Arrays.stream(more))
                .toArray();
    }

    /** The angles of a topic of answers by the place of the message that is answered; each is answered once, and a drive in order. */
    private static Map<String, Double> angles(KafkaBroker broker, String topic) throws Exception {
        Map<String, Double> angles = new TreeMap<>();
        Map<String, Long> last = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> message : Messages.readAll(broker, topic)) {
            JsonNode answer = JSON.readTree(message.value());
            long offset = answer.get("offset").asLong();
            String place = answer.get("topic").asText() + "/" + answer.get("partition") + "/" + offset + "/"
                    + answer.get("row");
            assertThat(angles.put(place, answer.get("steering").asDouble()))
                    .as("answers to " + place)
                    .isNull();
            String drive = message.partition() + " " + new String(message.key(), StandardCharsets.UTF_8);
            assertThat(offset).isGreaterThanOrEqualTo(last.getOrDefault(drive, -1L));
            last.put(drive, offset);
        }
        return angles;
    }

    /** Drive and frame of each message, by its place. */
    private static Map<String, String> names(KafkaBroker broker, String topic) throws Exception {
        Map<String, String> names = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> message : Messages.readAll(broker, topic)) {
            names.put(
                    Messages.ids(List.of(message)).get(0),
                    new SampleExamples(List.of())
                            .read(ByteBuffer.wrap(message.value()), new SampleId("none"), "message")
                            .id()
                            .value());
        }
        return names;
    }

    private static Map<String, Double> byName(KafkaBroker broker, String topic, Map<String, Double> angles)
            throws Exception {
        Map<String, Double> named = new TreeMap<>();
        Map<String, String> names = names(broker, topic);
        angles.forEach((place, angle) -> named.put(names.get(place), angle));
        return named;
    }

    private static void expectAlike(Map<String, Double> one, Map<String, Double> other) {
        assertThat(one.keySet()).isEqualTo(other.keySet());
        one.forEach((name, angle) -> assertThat(angle).as(name).isCloseTo(other.get(name), within(ALIKE)));
    }

    /** Messages that hold one frame are answered as those that hold all of them, which are as the network saw them when it learnt. */
    @Test
    void shouldPutFramesTogetherAsTheyAreSentTogetherForTraining(KafkaBroker broker) throws Exception {
        Object[] cut = {"--stack-for", "pilotnet-small", "--frames", 1};
        Messages.produce(broker, drives, "frames", cut);
        Messages.produce(broker, drives, "stacks", "--stack-for", "pilotnet-small", "--frames", 3, "--frame-gap", 2);
        Command.done(drive(broker, "frames", "angles", "--idle", IDLE));
        Command.done(drive(broker, "stacks", "angles-of-stacks", "--idle", IDLE));
        Map<String, Double> ofFrames = byName(broker, "frames", angles(broker, "angles"));
        assertThat(ofFrames).hasSize(DRIVES * FRAMES);
        expectAlike(ofFrames, byName(broker, "stacks", angles(broker, "angles-of-stacks")));

        Map<String, Double> alone;
        Command.done(drive(broker, "frames", "alone", "--group", "alone", "--look-back", 0, "--idle", IDLE));
        alone = byName(broker, "frames", angles(broker, "alone"));
        assertThat(alone.entrySet())
                .as("the frames before are seen in the answers")
                .anyMatch(entry -> Math.abs(entry.getValue() - ofFrames.get(entry.getKey())) > 10 * ALIKE);

        Messages.produce(broker, drives, "frames", cut);
        Command.done(drive(broker, "frames", "angles", "--idle", IDLE));
        Map<String, String> names = names(broker, "frames");
        angles(broker, "angles").forEach((place, angle) -> assertThat(angle)
                .as("a drive that is sent again begins anew: " + place)
                .isCloseTo(ofFrames.get(names.get(place)), within(ALIKE)));
    }

    @Test
    void shouldSendOnWhatIsNoFrameOfADriveAndGoOnWithoutIt(KafkaBroker broker) throws Exception {
        Messages.produce(broker, drives, "mixed", "--count", 10);
        try (KafkaProducer<byte[], byte[]> producer = Messages.producer(broker, null)) {
            byte[] image = image(shared.resolve("shapes"));
            producer.send(new ProducerRecord<>("mixed", 0, null, image)).get();
            producer.send(new ProducerRecord<>("mixed", 0, Messages.bytes("drive"), Messages.bytes("no image")))
                    .get();
            producer.send(new ProducerRecord<>("mixed", 0, Messages.bytes("drive"), half(image)))
                    .get();
            producer.send(new ProducerRecord<>("mixed", 0, Messages.bytes("drive"), image))
                    .get();
        }
        Command drive = Command.run(drive(broker, "mixed", "mixed-angles", "--idle", IDLE));
        assertThat(drive.exitCode()).as(drive.err()).isOne();
        assertThat(drive.out()).contains("14 messages, 11 answers in mixed-angles, 3 without an answer");
        assertThat(drive.err()).contains("the message has no key");
        assertThat(Messages.readAll(broker, "mixed-dead-letters")).hasSize(3);
        Command again = Command.run(drive(broker, "mixed", "mixed-angles", "--idle", IDLE));
        assertThat(again.exitCode())
                .as("what is read again is not sent on again")
                .isZero();
        assertThat(Messages.readAll(broker, "mixed-dead-letters")).hasSize(3);
        assertThat(angles(broker, "mixed-angles")).hasSize(11);
    }

    private static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    /** Of any size, and of no road. */
    private static byte[] image(Path shapes) throws Exception {
        Command.done("sample", "shapes", shapes, "--count", 1);
        try (Stream<Path> images = Files.list(shapes.resolve("JPEGImages"))) {
            return Files.readAllBytes(images.findFirst().orElseThrow());
        }
    }

    @Test
    void shouldFillTheWindowAgainWhereItIsStartedAgain(KafkaBroker broker) throws Exception {
        Messages.produce(broker, drives, "whole");
        // Ends in the midst of a drive.
        Messages.produce(broker, drives, "parts", "--count", FRAMES + FRAMES / 2);
        Command.done(drive(broker, "parts", "part-angles", "--idle", IDLE));
        Map<Integer, Integer> there = new HashMap<>();
        Messages.readAll(broker, "parts").forEach(message -> there.merge(message.partition(), 1, Integer::sum));
        try (KafkaProducer<byte[], byte[]> producer = Messages.producer(broker, null)) {
            for (ConsumerRecord<byte[], byte[]> message : Messages.readAll(broker, "whole")) {
                if (message.offset() >= there.getOrDefault(message.partition(), 0)) {
                    producer.send(new ProducerRecord<>("parts", message.partition(), message.key(), message.value()))
                            .get();
                }
            }
        }
        Command.done(drive(broker, "parts", "part-angles", "--idle", IDLE));
        Command.done(drive(broker, "whole", "whole-angles", "--idle", IDLE));
        Map<String, Double> undisturbed = byName(broker, "whole", angles(broker, "whole-angles"));
        assertThat(undisturbed).hasSize(DRIVES * FRAMES);
        expectAlike(byName(broker, "parts", angles(broker, "part-angles")), undisturbed);
    }

    @Test
    @Tag("long")
    void shouldFillTheWindowAgainHoweverOftenItIsKilled(KafkaBroker broker) throws Exception {
        // Two processes share the partitions; one of them, at random, is killed at random moments and started again.
        String topic = "killed-drives";
        RandomGenerator random = Seed.random(Seed.of(this));
        Messages.produce(broker, copies(shared.resolve("road"), "many-drives", MANY_DRIVES), topic);
        String to = topic + "-angles";
        Members.kill(KILLS, random, number -> member(broker, topic, to, number));
        // Those who were killed keep their partitions, and the answers that they began, for some seconds.
        Command.done(drive(broker, topic, to, "--idle", 35, "--instance", "last"));
        Map<String, Double> angles = angles(broker, to);
        assertThat(angles.keySet()).containsExactlyInAnyOrderElementsOf(Messages.ids(Messages.readAll(broker, topic)));
        Command.done(drive(broker, topic, topic + "-undisturbed", "--group", topic + "-undisturbed", "--idle", 2));
        expectAlike(angles, angles(broker, topic + "-undisturbed"));
    }

    private TrainerProcess member(KafkaBroker broker, String topic, String to, int number) throws Exception {
        return TrainerProcess.start(
                folder.resolve(topic + "-" + number + ".log"),
                drive(broker, topic, to, "--batch", 2, "--instance", "member-" + number));
    }
}
