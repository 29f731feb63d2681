package org.batchmill.ingest.sources.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** Fetches single messages by their position. Used by one thread at a time. */
final class MessageLookup implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final KafkaCluster cluster;
    private final Consumer<byte[], byte[]> consumer;

    MessageLookup(KafkaCluster cluster) throws TopicException {
        this.cluster = cluster;
        this.consumer = cluster.consumer(null, Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1));
    }

    /** The message at a position; empty if it is no longer there. */
    Optional<ConsumerRecord<byte[], byte[]>> find(String topic, int partition, long offset)
            throws TopicException, InterruptedException {
        TopicPartition position = new TopicPartition(topic, partition);
        try {
            consumer.assign(Set.of(position));
            consumer.seek(position, offset);
            long deadline = System.nanoTime() + LONGEST.toNanos();
            while (System.nanoTime() - deadline < 0) {
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofMillis(200))) {
                    return message.offset() == offset ? Optional.of(message) : Optional.empty();
                }
                if (consumer.position(position, LONGEST) > offset) {
                    return Optional.empty();
                }
            }
            throw new TopicException(cluster.name() + ": " + position + ": offset " + offset + " does not come");
        } catch (InterruptException e) {
            throw KafkaCluster.interrupted(e);
        } catch (OffsetOutOfRangeException e) {
            return Optional.empty();
        } catch (KafkaException e) {
            throw cluster.explain(position.toString(), e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
