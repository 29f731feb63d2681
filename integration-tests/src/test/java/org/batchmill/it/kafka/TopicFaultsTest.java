package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.SchedulePlan;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.ErrorMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Bad messages, gaps, expired offsets and slow steps: cases 19 to 22 of the list of faults. */
@Timeout(600)
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
class TopicFaultsTest {

    @TempDir
    Path folder;

    @Test
    void shouldStayInTheGroupWhileAStepTakesLongerThanThePollInterval(KafkaBroker broker) throws Exception {
        broker.makeTopic("long", 2);
        Messages.sendDigits(broker, "long", 2, 0, 100);
        Path config = Files.writeString(folder.resolve("client.properties"), "max.poll.interval.ms=6000\n");
        TrainOptions options = options(broker, "long", folder.resolve("run"), 4);
        options.kafka().group = "patient";
        options.kafka().kafkaConfig = config;
        List<String> members = new ArrayList<>();
        List<String> said = new CopyOnWriteArrayList<>(); // by several threads
        new TrainJob(options, new JobListener() {
                    @Override
                    public void progress(String what, long done, long total, String detail) {
                        if (done == 2) {
                            members.add(onlyMember(broker, "patient"));
                            sleep(8000); // longer than that
                            members.add(onlyMember(broker, "patient"));
                        }
                    }

                    @Override
                    public void log(String line) {
                        said.add(line);
                    }

                    @Override
                    public void warn(String line) {
                        said.add(line);
                    }
                })
                .run();
        assertThat(members).hasSize(2);
        assertThat(members.get(1)).isEqualTo(members.get(0));
        assertThat(said).noneMatch(line -> line.contains("lost") || line.contains("shares its partitions"));
        assertThat(Runs.learnt(folder.resolve("run"))).doesNotHaveDuplicates().hasSize(80);
    }

    private static String onlyMember(KafkaBroker broker, String group) {
        try (Admin admin = broker.admin()) {
            Collection<MemberDescription> members = admin.describeConsumerGroups(List.of(group))
                    .all()
                    .get()
                    .get(group)
                    .members();
            assertThat(members).hasSize(1);
            return members.iterator().next().consumerId();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static TrainOptions options(KafkaBroker broker, String topic, Path run, long steps) {
        TrainOptions options = TrainOptions.of(TaskKind.DIGITS);
        options.data().data = "kafka:" + topic;
        options.data().classes = Messages.CLASSES;
        options.input().batch = 20;
        options.input().workers = 2;
        options.input().shuffle = Shuffle.window(64);
        options.input().onError = ErrorMode.QUARANTINE;
        options.optimization().model = "digits-softmax";
        options.optimization().schedule = new SchedulePlan("constant");
        options.optimization().steps = steps;
        options.engine().threads = 1;
        options.run().run = run;
        options.kafka().bootstrap = broker.bootstrap();
        options.kafka().blockSeconds = Duration.ofSeconds(1);
        options.kafka().history = true;
        return options;
    }

    @Test
    void shouldSendPoisonToTheDeadLetterTopicWithItsPlaceAndCauseAndGoOn(KafkaBroker broker) throws Exception {
        broker.makeTopic("poisoned", 1);
        List<byte[]> poison = List.of(
                Messages.bytes("no Example at all"),
                new byte[0],
                new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1, 2, 3, 4, 5, 6, 7, 8},
                new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0, 0, 0},
                // Each of these ended a training once: two gigabytes claimed, sides whose product overflows, wild
                // buffers.
                new byte[] {-1, -1, -1, -1, -1, -1, -1, 127},
                harmful("records/arrow/overflow.stream"),
                harmful("records/arrow/message-1.stream"),
                harmful("records/arrow/message-2.stream"),
                harmful("ingest/sources/kafka/message-3.example"));
        try (KafkaProducer<byte[], byte[]> producer = Messages.producer(broker, null)) {
            Messages.sendDigits(producer, "poisoned", 1, 0, 30);
            for (byte[] value : poison) {
                ProducerRecord<byte[], byte[]> message =
                        new ProducerRecord<>("poisoned", 0, Messages.bytes("bad"), value);
                message.headers().add("class", Messages.bytes("3"));
                var unused = producer.send(message);
            }
            Messages.sendDigits(producer, "poisoned", 1, 30, 90);
        }
        Path run = folder.resolve("run");
        Command first = Training.of(broker, "poisoned", run).steps(5).run();
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(Training.resume(run).steps(6).run().exitCode()).isZero();

        List<ConsumerRecord<byte[], byte[]>> letters = Messages.readAll(broker, "poisoned-dead-letters");
        assertThat(letters).hasSize(poison.size());
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            int offset = Integer.parseInt(Messages.header(letter, "dead-letter.offset"));
            assertThat(offset).isBetween(30, 29 + poison.size());
            assertThat(letter.value()).isEqualTo(poison.get(offset - 30));
            assertThat(letter.key()).isEqualTo(Messages.bytes("bad"));
            assertThat(Messages.header(letter, "class")).isEqualTo("3");
            assertThat(Messages.header(letter, "dead-letter.topic")).isEqualTo("poisoned");
            assertThat(Messages.header(letter, "dead-letter.partition")).isEqualTo("0");
            assertThat(Messages.header(letter, "dead-letter.cause")).contains("poisoned/0/" + offset);
        }
        assertThat(Runs.learnt(run))
                .doesNotHaveDuplicates()
                .hasSize(120)
                .doesNotContainAnyElementsOf(IntStream.range(30, 30 + poison.size())
                        .mapToObj(offset -> "poisoned/0/" + offset + "/0")
                        .toList());
    }

    private static byte[] harmful(String name) throws IOException {
        try (InputStream in = TopicFaultsTest.class.getResourceAsStream("/org/batchmill/" + name)) {
            return in.readAllBytes();
        }
    }

    @Test
    void shouldEndWhenThereIsMorePoisonThanTheBudget(KafkaBroker broker) throws Exception {
        broker.makeTopic("spoilt", 1);
        try (KafkaProducer<byte[], byte[]> producer = Messages.producer(broker, null)) {
            for (int i = 0; i < 3; i++) {
                var unused = producer.send(new ProducerRecord<>("spoilt", 0, null, Messages.bytes("poison")));
            }
            Messages.sendDigits(producer, "spoilt", 1, 0, 40);
        }
        Path run = folder.resolve("run");
        Command train = Training.of(broker, "spoilt", run)
                .with("--max-errors", 2)
                .steps(2)
                .run();
        assertThat(train.exitCode()).isEqualTo(1);
        assertThat(train.errors()).singleElement().asString().contains("spoilt/0/", "corrupt");
    }

    @Test
    void shouldLearnCommittedMessagesOnlyAndPassOverGaps(KafkaBroker broker) throws Exception {
        broker.makeTopic("transactions", 1);
        try (KafkaProducer<byte[], byte[]> producer = Messages.producer(broker, "t")) {
            producer.initTransactions();
            for (int part = 0; part < 6; part++) {
                producer.beginTransaction();
                Messages.sendDigits(producer, "transactions", 1, 20 * part, 20);
                if (part % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
        }
        List<String> committed = Messages.ids(Messages.readAll(broker, "transactions"));
        assertThat(committed).hasSize(60);
        Path run = folder.resolve("run");
        assertThat(Training.of(broker, "transactions", run).steps(1).run().exitCode())
                .isZero();
        assertThat(Training.resume(run).steps(3).run().exitCode()).isZero();
        assertThat(Runs.learnt(run)).containsExactlyInAnyOrderElementsOf(committed);
    }

    @Test
    void shouldFailWithAdviceWhenTheMessagesItStandsAtHaveExpired(KafkaBroker broker) throws Exception {
        broker.makeTopic("expired", 2);
        Messages.sendDigits(broker, "expired", 2, 0, 200);
        Path run = folder.resolve("run");
        assertThat(Training.of(broker, "expired", run).steps(2).run().exitCode())
                .isZero();
        try (Admin admin = broker.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition("expired", 0), RecordsToDelete.beforeOffset(90)))
                    .all()
                    .get();
        }
        Command resumed = Training.resume(run).steps(4).run();
        assertThat(resumed.exitCode()).isEqualTo(1);
        assertThat(resumed.errors()).singleElement().asString().contains("expired-0", "retention.ms", "90", "--init");
        assertThat(Runs.last(run).progress().step()).isEqualTo(2);
    }

    @Test
    void shouldNameATopicThatIsNotThereAndABrokerThatDoesNotAnswer(KafkaBroker broker) throws IOException {
        Command absent =
                Training.of(broker, "absent", folder.resolve("a")).steps(1).run();
        assertThat(absent.exitCode()).isEqualTo(1);
        assertThat(absent.errors()).singleElement().asString().contains("absent", broker.bootstrap());
        Command nowhere = Training.of(broker, "x", folder.resolve("b"))
                .with("--bootstrap", "no.such.host.invalid:9092")
                .steps(1)
                .run();
        assertThat(nowhere.exitCode()).isIn(1, 2);
        assertThat(nowhere.errors()).singleElement().asString().contains("no.such.host.invalid");
    }

    /** It takes connections, as a proxy or a service of another kind does, and says nothing. */
    @Test
    void shouldNotWaitLongForABrokerThatSaysNothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String address = "localhost:" + silent.getLocalPort();
            for (Object[] command : new Object[][] {
                {"train", "digits", "--data", "kafka:x", "--classes", "0,1", "--run", folder.resolve("silent")},
                {"produce", "sample:digits", "--topic", "x"},
                {"pack", "kafka", "x", "--out", folder.resolve("silent-packed")}
            }) {
                List<Object> words = new ArrayList<>(Arrays.asList(command));
                words.addAll(List.of("--bootstrap", address, "--kafka-timeout", "1"));
                Command answer = Command.run(words.toArray());
                assertThat(answer.exitCode()).isEqualTo(1);
                assertThat(answer.errors())
                        .containsExactly(
                                "batchmill: kafka " + address + ": no broker answers within 1 s (--kafka-timeout)");
            }
            assertThat(folder.resolve("silent")).doesNotExist();
        }
    }
}
