package org.batchmill.ingest.sources.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.batchmill.records.SampleId;
import org.batchmill.records.storage.GrowingFile;

/**
 * The topic for messages that cannot be learnt from: key, value and headers as they were, and in further headers {@code
 * dead-letter.topic}, {@code .partition}, {@code .offset}, {@code .row}, {@code .timestamp} and {@code .cause}. The message is fetched
 * again for it, so that nothing is kept in memory for the few that are bad.
 *
 * <p>What was sent stands in a file of the run, so that a restart that meets the same message again does not send it twice; a kill
 * between the two does. {@link #add} and {@link #count} are safe for use by many threads; the others are for one.
 */
public final class DeadLetters implements AutoCloseable {

    private static final String HEADER = "dead-letter.";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaCluster cluster;
    private final String topic;
    private final Path ledger;
    private final Set<String> sent = new HashSet<>();
    private final ArrayDeque<Letter> waiting = new ArrayDeque<>();
    private MessageLookup lookup;
    private MessageSender sender;

    private record Letter(String id, String cause) {}

    private DeadLetters(KafkaCluster cluster, String topic, Path ledger) {
        this.cluster = cluster;
        this.topic = topic;
        this.ledger = ledger;
    }

    /**
     * Connects only when the first message is bad.
     *
     * @param topic  where they go; made if it is not there
     * @param ledger the file of the run that lists them
     */
    public static DeadLetters open(KafkaCluster cluster, String topic, Path ledger) throws IOException {
        DeadLetters letters = new DeadLetters(cluster, topic, ledger);
        if (Files.exists(ledger)) {
            for (String line : new String(Files.readAllBytes(ledger), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                try {
                    letters.sent.add(JSON.readTree(line).path("sample").asText());
                } catch (JsonProcessingException e) {
                    // A kill may have cut the last line short: that one is sent again.
                }
            }
        }
        return letters;
    }

    /** Notes a bad message; {@link #flush()} sends it. Returns at once. */
    public synchronized void add(SampleId id, Exception cause) {
        if (sent.add(id.value())) {
            waiting.add(new Letter(id.value(), String.valueOf(cause.getMessage())));
        }
    }

    /** How many this run has sent or noted. */
    public synchronized long count() {
        return sent.size();
    }

    /** Sends what was noted, and waits until the broker has it. */
    public void flush() throws IOException, InterruptedException {
        Letter letter = first();
        while (letter != null) {
            if (sender == null) {
                MessageSender.makeTopic(cluster, topic, 1);
                lookup = lookup == null ? new MessageLookup(cluster) : lookup;
                sender = MessageSender.open(cluster);
            }
            sender.send(message(letter));
            sender.flush();
            enter(letter);
            synchronized (this) {
                waiting.remove();
            }
            letter = first();
        }
    }

    private synchronized Letter first() {
        return waiting.peek();
    }

    private ProducerRecord<byte[], byte[]> message(Letter letter) throws IOException, InterruptedException {
        MessagePosition position = MessagePosition.of(new SampleId(letter.id()));
        Optional<ConsumerRecord<byte[], byte[]>> found =
                lookup.find(position.topic(), position.partition(), position.offset());
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                topic,
                found.map(ConsumerRecord::key).orElse(null),
                found.map(ConsumerRecord::value).orElse(null));
        found.ifPresent(its -> its.headers().forEach(message.headers()::add));
        put(message.headers(), "topic", position.topic());
        put(message.headers(), "partition", position.partition());
        put(message.headers(), "offset", position.offset());
        put(message.headers(), "row", position.row());
        found.ifPresent(its -> put(message.headers(), "timestamp", its.timestamp()));
        put(message.headers(), "cause", letter.cause());
        return message;
    }

    /** Notes where a dead letter came from, or why. */
    static void put(Headers headers, String name, Object value) {
        headers.add(HEADER + name, String.valueOf(value).getBytes(StandardCharsets.UTF_8));
    }

    private void enter(Letter letter) throws IOException {
        Map<String, String> line = new LinkedHashMap<>();
        line.put("sample", letter.id());
        line.put("cause", letter.cause());
        GrowingFile.appendLine(ledger, JSON.writeValueAsString(line));
    }

    @Override
    public void close() {
        try {
            if (sender != null) {
                sender.close();
            }
        } finally {
            if (lookup != null) {
                lookup.close();
            }
        }
    }
}
