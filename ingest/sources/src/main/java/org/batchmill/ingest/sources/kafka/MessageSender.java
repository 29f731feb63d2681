package org.batchmill.ingest.sources.kafka;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Writes messages, each once: an idempotent producer that waits for all replicas. The first failure is kept and thrown by whatever is
 * called next. Safe for use by many threads.
 */
public final class MessageSender implements AutoCloseable {

    private static final int LARGEST_MESSAGE = 8 << 20;

    private final KafkaCluster cluster;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<TopicException> failure = new AtomicReference<>();

    private MessageSender(KafkaCluster cluster, KafkaProducer<byte[], byte[]> producer) {
        this.cluster = cluster;
        this.producer = producer;
    }

    /** @throws TopicException if the settings are refused */
    public static MessageSender open(KafkaCluster cluster) throws TopicException {
        return new MessageSender(
                cluster,
                cluster.producer(Map.of(
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        1 << 18,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        LARGEST_MESSAGE,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        30_000)));
    }

    /**
     * Makes a topic unless there is one.
     *
     * @param partitions 0 for as many as the broker gives
     */
    public static void makeTopic(KafkaCluster cluster, String topic, int partitions)
            throws TopicException, InterruptedException {
        Optional<Integer> count = partitions == 0 ? Optional.empty() : Optional.of(partitions);
        try (Admin admin = Admin.create(cluster.adminSettings())) {
            admin.createTopics(List.of(new NewTopic(topic, count, Optional.empty())))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw cluster.explain(topic, e.getCause());
            }
        } catch (KafkaException e) {
            throw cluster.explain(topic, e);
        }
    }

    /**
     * Sends a message; waits while too many are on their way.
     *
     * @throws TopicException if this or an earlier one could not be written
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears of failures
    public void send(ProducerRecord<byte[], byte[]> message) throws TopicException, InterruptedException {
        throwIfFailed();
        try {
            producer.send(message, (where, problem) -> {
                if (problem != null) {
                    failure.compareAndSet(null, cluster.explain(message.topic(), problem));
                }
            });
        } catch (InterruptException e) {
            throw KafkaCluster.interrupted(e);
        } catch (KafkaException e) {
            throw cluster.explain(message.topic(), e);
        }
    }

    /** Waits until the broker has everything that was sent. */
    public void flush() throws TopicException, InterruptedException {
        try {
            producer.flush();
        } catch (InterruptException e) {
            throw KafkaCluster.interrupted(e);
        }
        throwIfFailed();
    }

    private void throwIfFailed() throws TopicException {
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
