package org.batchmill.it.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.example.SampleExamples;

/** Writes and reads messages with plain clients. */
final class Messages {

    static final List<String> CLASSES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    private static final int SIDE = 28;

    private Messages() {}

    /** Sends a data set by the command, to three partitions. */
    static void produce(KafkaBroker broker, Path data, String topic, Object... more) {
        Command.done(Stream.concat(
                        Stream.of(
                                "produce",
                                data,
                                "--topic",
                                topic,
                                "--bootstrap",
                                broker.bootstrap(),
                                "--partitions",
                                3),
                        Arrays.stream(more))
                .toArray());
    }

    /** An image of noise whose brightness tells its class. */
    static Sample digit(int number) {
        SplittableRandom random = new SplittableRandom(number);
        byte[] pixels = new byte[SIDE * SIDE];
        int digit = number % CLASSES.size();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (20 * digit + random.nextInt(40));
        }
        return new Sample(
                new SampleId("digit-" + number),
                new Content.RawImage(ByteBuffer.wrap(pixels), SIDE, SIDE, 1),
                new Labels.ClassLabel(CLASSES.get(digit)));
    }

    /** A message with an Example of that digit, keyed by its number, for the partition that follows from it. */
    static ProducerRecord<byte[], byte[]> example(String topic, int partitions, int number) throws Exception {
        ByteBuffer example = new SampleExamples(CLASSES).write(digit(number));
        byte[] value = new byte[example.remaining()];
        example.get(value);
        return new ProducerRecord<>(topic, number % partitions, bytes("digit-" + number), value);
    }

    static KafkaProducer<byte[], byte[]> producer(KafkaBroker broker, String transactionalId) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
        // As our own producers: the first batch for a new partition must not be overtaken.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        if (transactionalId != null) {
            settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        }
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Sends digits as Examples, one after the other to each partition. */
    static void sendDigits(KafkaBroker broker, String topic, int partitions, int from, int count) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(broker, null)) {
            sendDigits(producer, topic, partitions, from, count);
        }
    }

    static void sendDigits(KafkaProducer<byte[], byte[]> producer, String topic, int partitions, int from, int count)
            throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            sent.add(producer.send(example(topic, partitions, i)));
        }
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
    }

    /** All committed messages of a topic, partition by partition. */
    static List<ConsumerRecord<byte[], byte[]>> readAll(KafkaBroker broker, String topic) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrap(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                // At the end of a partition the broker would keep a fetch, and what is asked behind it, for half a
                // second.
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                10);
        List<ConsumerRecord<byte[], byte[]>> messages = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (PartitionInfo info : consumer.partitionsFor(topic)) {
                TopicPartition place = new TopicPartition(topic, info.partition());
                consumer.assign(List.of(place));
                consumer.seekToBeginning(List.of(place));
                long end = consumer.endOffsets(List.of(place)).get(place);
                while (consumer.position(place) < end) {
                    consumer.poll(Duration.ofMillis(200)).forEach(messages::add);
                }
            }
        }
        return messages;
    }

    /** The ids under which samples of single-row messages are learnt. */
    static List<String> ids(List<ConsumerRecord<byte[], byte[]>> messages) {
        return messages.stream()
                .map(message -> message.topic() + "/" + message.partition() + "/" + message.offset() + "/0")
                .toList();
    }

    static String header(ConsumerRecord<?, ?> message, String name) {
        return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
