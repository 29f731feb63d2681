package org.batchmill.ingest.sources.kafka;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;

/**
 * A stretch of a topic, read once: what was committed between two positions when it was opened, partition by partition in the order of
 * offsets. In no group. Used by one thread at a time; {@link #messages()} and {@link #read()} by any.
 */
public final class TopicWindow implements AutoCloseable {

    private static final Duration ASK = Duration.ofSeconds(30);

    /**
     * What is read.
     *
     * @param classes in label order; a message with another class is bad. Empty takes any
     * @param from    {@code earliest}, {@code latest}, an offset, or a time such as {@code 2026-11-21T10:00:00Z}
     * @param to      the same; what lies there is not read any more
     */
    public record Options(String topic, MessageFormat format, List<String> classes, String from, String to) {
        public Options {
            classes = List.copyOf(classes);
        }
    }

    /**
     * Offsets of a partition.
     *
     * @param from the first
     * @param to   the first behind the last
     */
    public record Range(long from, long to) {}

    /**
     * A sample with where it came from.
     *
     * @param timestamp of its message, milliseconds since 1970
     * @param key       of its message; null where it has none
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Found(Sample sample, int partition, long offset, int row, long timestamp, byte[] key) {}

    private final KafkaCluster cluster;
    private final Options options;
    private final Consumer<byte[], byte[]> consumer;
    private final MessageReader messages;
    private final NavigableMap<Integer, Range> ranges;
    private final Iterator<Integer> partitions;
    private final ArrayDeque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
    private final ArrayDeque<Found> begun = new ArrayDeque<>();
    private int partition = -1;
    private long position;
    private volatile long read;

    private TopicWindow(
            KafkaCluster cluster,
            Options options,
            Consumer<byte[], byte[]> consumer,
            NavigableMap<Integer, Range> ranges) {
        this.cluster = cluster;
        this.options = options;
        this.consumer = consumer;
        this.messages = new MessageReader(options.format(), options.classes());
        this.ranges = ranges;
        this.partitions = ranges.keySet().iterator();
    }

    /**
     * Finds the offsets.
     *
     * @throws TopicException if the topic cannot be read
     */
    public static TopicWindow open(KafkaCluster cluster, Options options) throws IOException {
        Consumer<byte[], byte[]> consumer =
                cluster.consumer(null, Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20));
        try {
            List<PartitionInfo> infos = consumer.partitionsFor(options.topic(), ASK);
            if (infos == null || infos.isEmpty()) {
                throw new TopicException(cluster.name() + ": there is no topic " + options.topic());
            }
            Set<TopicPartition> all = infos.stream()
                    .map(info -> new TopicPartition(options.topic(), info.partition()))
                    .collect(Collectors.toSet());
            Map<TopicPartition, Long> from = offsets(consumer, all, options.from());
            Map<TopicPartition, Long> to = offsets(consumer, all, options.to());
            NavigableMap<Integer, Range> ranges = new TreeMap<>();
            all.forEach(
                    one -> ranges.put(one.partition(), new Range(from.get(one), Math.max(from.get(one), to.get(one)))));
            return new TopicWindow(cluster, options, consumer, ranges);
        } catch (KafkaException e) {
            consumer.close();
            throw cluster.explain(options.topic(), e);
        } catch (IOException | RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private static Map<TopicPartition, Long> offsets(Consumer<?, ?> consumer, Set<TopicPartition> all, String where) {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(all, ASK);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all, ASK);
        if (where.equals("earliest")) {
            return begins;
        }
        if (where.equals("latest")) {
            return ends;
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        if (where.matches("\\d{1,18}")) {
            long offset = Long.parseLong(where);
            all.forEach(one -> offsets.put(one, Math.max(begins.get(one), Math.min(offset, ends.get(one)))));
            return offsets;
        }
        long time = time(where);
        Map<TopicPartition, OffsetAndTimestamp> found =
                consumer.offsetsForTimes(all.stream().collect(Collectors.toMap(one -> one, one -> time)), ASK);
        all.forEach(one -> offsets.put(
                one, found.get(one) == null ? ends.get(one) : found.get(one).offset()));
        return offsets;
    }

    private static long time(String where) {
        try {
            return Instant.parse(where).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new UsageException(
                    "a position in a topic is earliest, latest, an offset or a time such as 2026-11-21T10:00:00Z, not "
                            + where,
                    e);
        }
    }

    /** The offsets of each partition. */
    public Map<Integer, Range> ranges() {
        return ranges;
    }

    /** Offsets in all; gaps are counted too. */
    public long messages() {
        return ranges.values().stream()
                .mapToLong(range -> range.to() - range.from())
                .sum();
    }

    /** Messages read so far. */
    public long read() {
        return read;
    }

    /**
     * The next sample; null behind the last.
     *
     * @throws DataException if the next message is bad; the window then stands behind it
     */
    public Found next() throws IOException {
        while (begun.isEmpty()) {
            ConsumerRecord<byte[], byte[]> message = nextMessage();
            if (message == null) {
                return null;
            }
            List<Sample> samples = messages.read(message);
            for (int row = 0; row < samples.size(); row++) {
                begun.add(new Found(
                        samples.get(row),
                        message.partition(),
                        message.offset(),
                        row,
                        message.timestamp(),
                        message.key()));
            }
        }
        return begun.poll();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private ConsumerRecord<byte[], byte[]> nextMessage() throws IOException {
        try {
            while (true) {
                ConsumerRecord<byte[], byte[]> message = fetched.poll();
                if (message != null && message.offset() < ranges.get(partition).to()) {
                    read++;
                    return message;
                }
                if (message != null
                        || partition < 0
                        || position >= ranges.get(partition).to()) {
                    fetched.clear();
                    if (!partitions.hasNext()) {
                        return null;
                    }
                    enter(partitions.next());
                } else {
                    consumer.poll(Duration.ofMillis(200)).forEach(fetched::add);
                    if (fetched.isEmpty()) {
                        position = consumer.position(new TopicPartition(options.topic(), partition), ASK);
                    }
                }
            }
        } catch (KafkaException e) {
            throw cluster.explain(options.topic(), e);
        }
    }

    private void enter(int next) {
        partition = next;
        position = ranges.get(next).from();
        TopicPartition its = new TopicPartition(options.topic(), next);
        consumer.assign(Set.of(its));
        consumer.seek(its, position);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
