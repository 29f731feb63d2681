package org.batchmill.ingest.sources.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.batchmill.queues.threads.WorkerThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group on one topic. A thread of its own polls all the time, so that a reader that is busy for however long stays in the
 * group; lanes that are full are paused meanwhile. The consumer is touched by that thread alone; readers use the {@link Membership}.
 */
final class GroupMember implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupMember.class);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration ASK = Duration.ofSeconds(10);
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(30);
    private static final int MOST_BYTES_A_FETCH = 8 << 20;
    private static final int MOST_MESSAGES_A_POLL = 1000;
    /** Messages of a partition that wait: two blocks' worth, within these bounds. */
    private static final int LEAST_WAITING = 64;

    private static final int MOST_WAITING = 4096;
    private static final int POLL_INTERVAL_MILLIS = 600_000;

    private final KafkaCluster cluster;
    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final Membership membership;
    private final WorkerThread thread;
    private final long patienceNanos;

    /** Partitions were assigned, and nothing is known of them yet. */
    private boolean unresolved;

    /**
     * Starts to join.
     *
     * @param instance names the member across restarts: one that was killed is taken for the same when it comes back, where it would
     *                 otherwise keep some partitions as a ghost until its session ends
     * @throws TopicException if the cluster does not let this client in, or has no such topic
     */
    static GroupMember join(KafkaCluster cluster, TopicOptions options, String instance) throws TopicException {
        String topic = options.topic();
        Consumer<byte[], byte[]> consumer = cluster.consumer(
                options.group(),
                Map.of(
                        ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                        instance,
                        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                        POLL_INTERVAL_MILLIS,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        MOST_BYTES_A_FETCH,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        MOST_MESSAGES_A_POLL));
        try {
            requireTopic(cluster, topic, consumer);
        } catch (TopicException | RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
        long interval = cluster.number(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, POLL_INTERVAL_MILLIS);
        GroupMember member = new GroupMember(cluster, options, consumer, interval);
        member.thread.start();
        return member;
    }

    private static void requireTopic(KafkaCluster cluster, String topic, Consumer<?, ?> consumer)
            throws TopicException {
        try {
            cluster.requireTopic(topic, consumer, FIRST_ANSWER);
        } catch (TimeoutException e) {
            throw new TopicException(cluster.name() + ": no broker answers", e);
        } catch (KafkaException e) {
            throw cluster.explain(topic, e);
        }
    }

    private GroupMember(KafkaCluster cluster, TopicOptions options, Consumer<byte[], byte[]> consumer, long interval) {
        this.cluster = cluster;
        this.topic = options.topic();
        this.consumer = consumer;
        this.membership = new Membership(
                topic, Math.max(LEAST_WAITING, Math.min(2 * options.blocks().size(), MOST_WAITING)));
        // The group waits for the interval; the rest is for the way.
        this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(interval) * 9 / 10;
        this.thread = WorkerThread.of("kafka-" + topic, this::pollAlways, this::died);
    }

    Membership membership() {
        return membership;
    }

    private void pollAlways() {
        try {
            consumer.subscribe(Set.of(topic), new Rebalances());
            while (!membership.isClosing()) {
                membership.accept(consumer.poll(POLL), this::throttle);
                if (unresolved) {
                    resolve();
                }
                membership.startIfWanted((partition, offset) -> {
                    consumer.seek(new TopicPartition(topic, partition), offset);
                    consumer.resume(Set.of(new TopicPartition(topic, partition)));
                });
                commitIfWanted();
            }
        } catch (WakeupException e) {
            LOG.debug("closing", e);
        } catch (OffsetOutOfRangeException e) {
            membership.fail(expired(e));
        } catch (KafkaException e) {
            membership.fail(cluster.explain(topic, e));
        } finally {
            // A named member would otherwise stay until its session ends, and keep its partitions.
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5))
                    .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
        }
    }

    private void died(Throwable cause) {
        membership.fail(new TopicException(topic + ": reading ended: " + cause, cause));
    }

    private void throttle(int partition, Lane lane) {
        TopicPartition its = new TopicPartition(topic, partition);
        lane.behind(consumer.currentLag(its).orElse(-1));
        if (lane.full()) {
            consumer.pause(Set.of(its));
        } else if (lane.halfEmpty()) {
            consumer.resume(Set.of(its));
        }
    }

    /** Asks what is known of the partitions that were assigned. They are paused until the reader says where to begin. */
    private void resolve() {
        Set<TopicPartition> partitions = consumer.assignment();
        if (partitions.isEmpty()) {
            return; // more members than partitions: one may fall to us later
        }
        Map<Integer, Assignment.Found> found = new HashMap<>();
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions, ASK);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, ASK);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ASK);
            for (TopicPartition partition : partitions) {
                found.put(
                        partition.partition(),
                        new Assignment.Found(begins.get(partition), ends.get(partition), committed.get(partition)));
            }
        } catch (RetriableException e) {
            LOG.warn("the broker does not say where the group stands yet: {}", e.getMessage());
            return;
        }
        unresolved = false;
        membership.assigned(found);
    }

    private void commitIfWanted() {
        Membership.Commit commit = membership.commitDue();
        if (commit == null) {
            return;
        }
        try {
            commit(commit.positions());
            membership.stored(commit);
        } catch (RetriableException | RebalanceInProgressException e) {
            LOG.warn("a commit waits for the broker: {}", e.getMessage());
            membership.commitLater();
        } catch (CommitFailedException e) {
            // The group goes on without this member, and from the commit before; the next poll joins it again.
            LOG.warn("a commit was refused: {}", cluster.explain(topic, e).getMessage());
            membership.lost();
        }
    }

    private void commit(Map<Integer, OffsetAndMetadata> positions) {
        try {
            consumer.commitSync(byPartition(positions), ASK);
        } catch (OffsetMetadataTooLarge e) {
            LOG.warn("{}: the broker keeps no notes of this length beside offsets (offset.metadata.max.bytes)", topic);
            Map<Integer, OffsetAndMetadata> plain = new HashMap<>();
            positions.forEach((partition, position) ->
                    plain.put(partition, CommitNote.read(position).withoutTaken()));
            consumer.commitSync(byPartition(plain), ASK);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> byPartition(Map<Integer, OffsetAndMetadata> positions) {
        Set<TopicPartition> owned = consumer.assignment();
        return positions.entrySet().stream()
                .filter(position -> owned.contains(new TopicPartition(topic, position.getKey())))
                .collect(Collectors.toMap(
                        position -> new TopicPartition(topic, position.getKey()), Map.Entry::getValue));
    }

    private TopicException expired(OffsetOutOfRangeException e) {
        String positions = e.offsetOutOfRangePartitions().entrySet().stream()
                .map(position -> position.getKey() + " at offset " + position.getValue() + range(position.getKey()))
                .sorted()
                .collect(Collectors.joining(", "));
        return new TopicException(
                cluster.name() + ": " + positions + ": the messages where the run stands are gone; lengthen the topic's"
                        + " retention.ms, or begin a new run from this one's weights with --init CHECKPOINT and another"
                        + " --group",
                e);
    }

    private String range(TopicPartition partition) {
        try {
            long begin = consumer.beginningOffsets(Set.of(partition), ASK).get(partition);
            long end = consumer.endOffsets(Set.of(partition), ASK).get(partition);
            return " (the broker has " + begin + " to " + end + ")";
        } catch (KafkaException e) {
            return "";
        }
    }

    /** Called by the consumer inside of {@code poll} and {@code close}. */
    private final class Rebalances implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // Somewhere, so that the consumer does not look for a position by itself; nothing is fetched from there.
            partitions.forEach(partition -> consumer.seek(partition, 0));
            consumer.pause(partitions);
            unresolved = true;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            unresolved = false;
            if (partitions.isEmpty()) {
                return;
            }
            membership.revoking();
            long deadline = System.nanoTime() + patienceNanos;
            try {
                while (!membership.handedOver(deadline)) {
                    commitIfWanted();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                membership.lost();
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            unresolved = false;
            membership.lost();
        }
    }

    @Override
    public void close() {
        membership.close();
        consumer.wakeup();
        thread.joinFully(Long.MAX_VALUE / 2);
    }
}
