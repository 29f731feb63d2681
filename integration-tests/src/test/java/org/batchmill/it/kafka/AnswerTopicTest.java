package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.model.SamplePredictor;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.stream.StreamJob;
import org.batchmill.jobs.stream.StreamOptions;
import org.batchmill.records.Sample;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each message of a topic is answered once, whatever becomes of those who answer. */
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
@Timeout(1800)
class AnswerTopicTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PARTITIONS = 3;

    /** In seconds, of a topic in which everything is there before: it begins when all is answered. */
    private static final double IDLE = .3;

    @TempDir
    static Path shared;

    private static Path run;
    private static List<Path> images;

    @TempDir
    Path folder;

    @BeforeAll
    static void train() throws Exception {
        Path shapes = shared.resolve("shapes");
        assertThat(Command.run("sample", "shapes", shapes, "--count", 24).exitCode())
                .isZero();
        run = shared.resolve("run");
        Command train = Command.run(
                "train",
                "yolo",
                "--data",
                shapes,
                "--model",
                "yolo-v1-mini",
                "--steps",
                24,
                "--batch",
                8,
                "--run",
                run);
        assertThat(train.exitCode()).as(train.err()).isZero();
        try (Stream<Path> files = Files.list(shapes.resolve("JPEGImages"))) {
            images = files.sorted().toList();
        }
    }

    /** Message i holds image i modulo their number, whose name is its key. */
    private static void send(KafkaBroker broker, String topic, int count) throws Exception {
        broker.makeTopic(topic, PARTITIONS);
        try (KafkaProducer<byte[], byte[]> producer = Messages.producer(broker, null)) {
            for (int i = 0; i < count; i++) {
                Path image = images.get(i % images.size());
                producer.send(new ProducerRecord<>(
                                topic, i % PARTITIONS, Messages.bytes(image.toString()), Files.readAllBytes(image)))
                        .get();
            }
        }
    }

    private static Object[] detect(KafkaBroker broker, String from, String to, Object... more) {
        return Stream.concat(
                        Stream.of(
                                "detect",
                                run,
                                "--data",
                                "kafka:" + from,
                                "--to",
                                "kafka:" + to,
                                "--bootstrap",
                                broker.bootstrap(),
                                "--threshold",
                                ".05"),
                        Arrays.stream(more))
                .toArray();
    }

    /** What a topic of answers holds, by the place of the message that is answered. */
    private static Map<String, JsonNode> answers(KafkaBroker broker, String topic) throws Exception {
        Map<String, JsonNode> answers = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> message : Messages.readAll(broker, topic)) {
            JsonNode answer = JSON.readTree(message.value());
            String place = answer.get("topic").asText() + "/" + answer.get("partition") + "/" + answer.get("offset")
                    + "/" + answer.get("row");
            assertThat(answers.put(place, answer)).as("answers to " + place).isNull();
        }
        return answers;
    }

    private static void expectTheSame(JsonNode boxes, JsonNode others) {
        assertThat(boxes).hasSameSizeAs(others);
        for (int i = 0; i < boxes.size(); i++) {
            assertThat(boxes.get(i).get("class")).isEqualTo(others.get(i).get("class"));
            for (String number : List.of("score", "xmin", "ymin", "xmax", "ymax")) {
                assertThat(boxes.get(i).get(number).asDouble())
                        .isCloseTo(others.get(i).get(number).asDouble(), within(.01));
            }
        }
    }

    /** Whoever was killed in the middle of a transaction: the broker says where the group stands when it has ended that, some time later. */
    @Test
    @Tag("long")
    void shouldGoOnBehindATransactionThatWasLeftOpen(KafkaBroker broker) throws Exception {
        send(broker, "left", 12);
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrap(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "left-gone",
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                14_000);
        Map<String, Object> its = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap(), ConsumerConfig.GROUP_ID_CONFIG, "left");
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(its, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> gone =
                        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            gone.initTransactions();
            gone.beginTransaction();
            gone.sendOffsetsToTransaction(
                    Map.of(new TopicPartition("left", 0), new OffsetAndMetadata(1)), consumer.groupMetadata());
            Command.done(detect(broker, "left", "left-found", "--group", "left", "--idle", 40));
            assertThat(answers(broker, "left-found")).hasSize(12);
        }
    }

    @Test
    void shouldSayOfMessagesWhatItSaysOfFilesAndSendOnWhatItCannotRead(KafkaBroker broker) throws Exception {
        send(broker, "frames", images.size());
        try (KafkaProducer<byte[], byte[]> producer = Messages.producer(broker, null)) {
            producer.send(new ProducerRecord<>("frames", 1, null, Messages.bytes("no image at all")))
                    .get();
        }
        Command answering = Command.run(detect(broker, "frames", "boxes", "--idle", IDLE, "--json"));
        assertThat(answering.exitCode()).as(answering.err()).isOne();
        JsonNode summary = JSON.readTree(answering.out());
        assertThat(summary.get("messages").asInt()).isEqualTo(images.size() + 1);
        assertThat(summary.get("answers").asInt()).isEqualTo(images.size());
        assertThat(summary.get("failed").asInt()).isOne();
        assertThat(answering.err()).contains("no answer: frames/1/8/0: ").contains("lag 0");

        Command files = Command.run("detect", run, images.get(0).getParent(), "--threshold", ".05", "--json");
        Map<String, JsonNode> ofFiles = new TreeMap<>();
        for (String line : files.out().lines().toList()) {
            ofFiles.put(
                    JSON.readTree(line).get("path").asText(),
                    JSON.readTree(line).get("boxes"));
        }
        assertThat(ofFiles.values()).anyMatch(boxes -> boxes.size() > 0);
        List<ConsumerRecord<byte[], byte[]>> sent = Messages.readAll(broker, "boxes");
        assertThat(sent).hasSize(images.size());
        for (ConsumerRecord<byte[], byte[]> message : sent) {
            JsonNode answer = JSON.readTree(message.value());
            expectTheSame(answer.get("boxes"), ofFiles.get(new String(message.key(), StandardCharsets.UTF_8)));
            assertThat(answer.get("timestamp").asLong()).isPositive();
            assertThat(answer.get("width").asInt()).isPositive();
        }
        List<ConsumerRecord<byte[], byte[]>> letters = Messages.readAll(broker, "frames-dead-letters");
        assertThat(letters).hasSize(1);
        assertThat(new String(letters.get(0).value(), StandardCharsets.UTF_8)).isEqualTo("no image at all");
        assertThat(Messages.header(letters.get(0), "dead-letter.offset")).isEqualTo("8");

        Command again = Command.run(detect(broker, "frames", "boxes", "--idle", IDLE, "--json"));
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(JSON.readTree(again.out()).get("messages").asInt())
                .as("all of them are answered")
                .isZero();
    }

    /** A model of a program's own, which says how large images are. */
    private static final class Sizes implements SamplePredictor {

        @Override
        public List<Prediction> predict(List<Sample> samples) {
            return samples.stream()
                    .map(sample ->
                            new Prediction(Map.of("bytes", sample.content().byteCount()), null))
                    .toList();
        }

        @Override
        public void close() {}
    }

    /** It ended without an answer where the machine did not let it run for as long before it first looked. */
    @Test
    void shouldTakeNoTopicForIdleBeforeItHasSeenItsEnd(KafkaBroker broker) throws Exception {
        send(broker, "patient", 10);
        StreamOptions options = new StreamOptions();
        options.data = "kafka:patient";
        options.to = "kafka:patient-sizes";
        options.idle = Duration.ofNanos(1);
        KafkaOptions kafka = new KafkaOptions();
        kafka.bootstrap = broker.bootstrap();
        try (SamplePredictor model = new Sizes()) {
            StreamJob.Result result = new StreamJob(options, kafka, JobListener.SILENT).run(model);
            assertThat(result.messages()).isEqualTo(10);
        }
        assertThat(answers(broker, "patient-sizes")).hasSize(10);
    }

    @Test
    void shouldAnswerWithAngles(KafkaBroker broker) throws Exception {
        Path road = folder.resolve("road");
        assertThat(Command.run("sample", "road", road, "--count", 24).exitCode())
                .isZero();
        Path steering = folder.resolve("steering");
        Command train = Command.run("train", "steering", "--data", road, "--steps", 2, "--batch", 4, "--run", steering);
        assertThat(train.exitCode()).as(train.err()).isZero();
        send(broker, "road", 10);
        Command drive = Command.run(
                "drive",
                steering,
                "--data",
                "kafka:road",
                "--to",
                "kafka:angles",
                "--bootstrap",
                broker.bootstrap(),
                "--idle",
                IDLE,
                "--batch",
                4);
        assertThat(drive.exitCode()).as(drive.err()).isZero();
        assertThat(drive.out()).as(drive.err()).contains("10 messages, 10 answers in angles, 0 without an answer");
        assertThat(answers(broker, "angles").values())
                .hasSize(10)
                .allMatch(answer -> Double.isFinite(answer.get("steering").asDouble(Double.NaN)));
    }

    @Test
    void shouldRefuseInOneLineWhatMakesNoSense(KafkaBroker broker) {
        for (Object[] nonsense : List.<Object[]>of(
                new Object[] {"detect", run},
                new Object[] {"detect", run, images.get(0), "--data", "kafka:frames", "--to", "kafka:boxes"},
                new Object[] {"detect", run, "--data", images.get(0), "--to", "kafka:boxes"},
                new Object[] {"detect", run, "--data", "kafka:frames", "--bootstrap", broker.bootstrap()},
                detect(broker, "frames", "frames"),
                detect(broker, "frames", "boxes", "--batch", 0))) {
            Command refused = Command.run(nonsense);
            assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
            assertThat(refused.err().lines().filter(line -> line.startsWith("batchmill: ")))
                    .hasSize(1);
        }
        Command missing = Command.run(detect(broker, "no-such-topic", "boxes"));
        assertThat(missing.exitCode()).isOne();
        assertThat(missing.err()).contains("there is no topic no-such-topic");
    }

    @Tag("long")
    @Test
    void shouldAnswerOnceWhereItIsKilledTwentyTimes(KafkaBroker broker) throws Exception {
        killAndCompare(broker, "killed-often", 600, 20);
    }

    /** Two processes share the partitions; one of them, at random, is killed at random moments and started again. */
    private void killAndCompare(KafkaBroker broker, String topic, int count, int kills) throws Exception {
        RandomGenerator random = Seed.random(Seed.of(this));
        send(broker, topic, count);
        String to = topic + "-boxes";
        Members.kill(kills, random, number -> member(broker, topic, to, number));
        Command rest = Command.run(detect(broker, topic, to, "--idle", 2, "--instance", "last"));
        assertThat(rest.exitCode()).as(rest.err()).isZero();

        Map<String, JsonNode> answers = answers(broker, to);
        assertThat(answers.keySet()).containsExactlyInAnyOrderElementsOf(Messages.ids(Messages.readAll(broker, topic)));
        Command undisturbed =
                Command.run(detect(broker, topic, topic + "-undisturbed", "--group", "undisturbed", "--idle", 2));
        assertThat(undisturbed.exitCode()).as(undisturbed.err()).isZero();
        answers(broker, topic + "-undisturbed")
                .forEach((place, answer) -> expectTheSame(answers.get(place).get("boxes"), answer.get("boxes")));
    }

    private TrainerProcess member(KafkaBroker broker, String topic, String to, int number) throws Exception {
        return TrainerProcess.start(
                folder.resolve(topic + "-" + number + ".log"),
                detect(broker, topic, to, "--batch", 2, "--instance", "member-" + number));
    }
}
