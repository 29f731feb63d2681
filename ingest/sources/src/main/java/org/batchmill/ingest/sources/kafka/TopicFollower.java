package org.batchmill.ingest.sources.kafka;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.batchmill.records.Sample;

/**
 * The samples that a {@link TopicSource} in another process hands out, in the same order and with the same positions: a {@link BlockBoard}
 * tells where that one stands and what its blocks hold, and the messages are fetched from the broker, without a group. Used by one thread
 * at a time.
 */
public final class TopicFollower implements TopicStream {

    /** What is posted of where the stream begins: a position. */
    static final String BEGINNING = "beginning";

    private static final Duration POLL = Duration.ofMillis(200);

    /** A partition of which so many messages wait is not fetched from. */
    private static final int MOST_WAITING = 1000;

    private final KafkaCluster cluster;
    private final TopicOptions options;
    private final BlockBoard board;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<Integer, ArrayDeque<ConsumerRecord<byte[], byte[]>>> waiting = new HashMap<>();
    /** Of each partition, the message that rows were taken from last. */
    private final Map<Integer, List<Row>> begun = new HashMap<>();

    private MessageRows rows;
    private LoadedBlock current;
    private int handedOut;
    private String run;
    private long nextNumber;
    private String head;
    private String tail;

    private TopicFollower(
            KafkaCluster cluster, TopicOptions options, BlockBoard board, Consumer<byte[], byte[]> consumer) {
        this.cluster = cluster;
        this.options = options;
        this.board = board;
        this.consumer = consumer;
        this.rows = new MessageRows(options, sample -> {});
    }

    /** @throws TopicException if the settings make no sense */
    public static TopicFollower open(KafkaCluster cluster, TopicOptions options, BlockBoard board)
            throws TopicException {
        return new TopicFollower(cluster, options, board, cluster.consumer(null, Map.of()));
    }

    static String name(long block) {
        return "block " + block;
    }

    /** What is posted of a block: how many of its samples are handed out, and the block. */
    static String text(LoadedBlock loaded) throws IOException {
        return loaded.size() + " " + Base64.getEncoder().encodeToString(BlockCodec.write(loaded.block()));
    }

    @Override
    public void expect(SampleCheck samples) {
        rows = new MessageRows(options, samples);
    }

    @Override
    public List<String> classes() {
        return options.classes();
    }

    @Override
    public void beginAnew() throws IOException, InterruptedException {
        TopicPosition position = TopicPosition.parse(board.await(BEGINNING));
        run = position.run();
        if (position.handedOut() > 0) {
            show(load(position.block()), position.handedOut());
            return;
        }
        current = null;
        handedOut = 0;
        head = TopicPosition.head(run, position.block(), position.earlier());
        tail = TopicPosition.tail(position.start());
        nextNumber = position.block();
    }

    /** Goes to where the other one stands: it may have had to leave the position that both were given. */
    @Override
    public void seek(String position) throws IOException {
        try {
            beginAnew();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while the topic's reader was waited for");
    }

    @Override
    public Sample next() throws IOException, InterruptedException {
        while (current == null || handedOut == current.size()) {
            show(load(nextNumber), 0);
        }
        Row row = current.row(handedOut);
        handedOut++;
        if (row.failure() != null) {
            throw row.failure();
        }
        return row.sample();
    }

    private void show(LoadedBlock loaded, int from) {
        current = loaded;
        handedOut = from;
        head = TopicPosition.head(run, loaded.block().number(), loaded.block().earlier());
        tail = TopicPosition.tail(loaded.block().start());
        nextNumber = loaded.block().number() + 1;
    }

    @Override
    public String position() {
        return head + handedOut + tail;
    }

    private LoadedBlock load(long number) throws IOException, InterruptedException {
        String posted = board.await(name(number));
        int space = posted.indexOf(' ');
        Block block = BlockCodec.read(Base64.getDecoder().decode(posted.substring(space + 1)), name(number));
        begin(block);
        List<Row> found = new ArrayList<>(block.entries().size());
        for (Block.Entry entry : block.entries()) {
            found.add(find(entry));
        }
        return new LoadedBlock(block, found, Integer.parseInt(posted.substring(0, space)));
    }

    /** Fetches from the partitions of a block, from where it begins, unless that goes on already. */
    private void begin(Block block) throws TopicException {
        if (waiting.keySet().equals(block.start().keySet())) {
            return;
        }
        waiting.clear();
        begun.clear();
        Set<TopicPartition> partitions = new HashSet<>();
        block.start().keySet().forEach(partition -> {
            waiting.put(partition, new ArrayDeque<>());
            partitions.add(new TopicPartition(options.topic(), partition));
        });
        try {
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(
                    partition, block.start().get(partition.partition()).offset()));
        } catch (KafkaException e) {
            throw cluster.explain(options.topic(), e);
        }
    }

    private Row find(Block.Entry wanted) throws IOException, InterruptedException {
        List<Row> its = begun.getOrDefault(wanted.partition(), List.of());
        if (its.isEmpty() || its.get(0).entry().offset() != wanted.offset()) {
            its = rows.of(message(wanted));
            begun.put(wanted.partition(), its);
        }
        if (wanted.row() >= its.size()) {
            throw Reader.missing(options.topic(), wanted, "it has " + its.size() + " rows");
        }
        Row row = its.get(wanted.row());
        return new Row(wanted, row.last(), row.sample(), row.failure());
    }

    private ConsumerRecord<byte[], byte[]> message(Block.Entry wanted) throws IOException, InterruptedException {
        ArrayDeque<ConsumerRecord<byte[], byte[]>> queue = waiting.get(wanted.partition());
        while (true) {
            while (queue.isEmpty()) {
                fetch(wanted);
            }
            ConsumerRecord<byte[], byte[]> message = queue.poll();
            if (message.offset() == wanted.offset()) {
                return message;
            }
            if (message.offset() > wanted.offset()) {
                throw Reader.missing(options.topic(), wanted, "the next is offset " + message.offset());
            }
        }
    }

    private void fetch(Block.Entry wanted) throws IOException, InterruptedException {
        try {
            waiting.forEach((partition, queue) -> {
                Set<TopicPartition> one = Set.of(new TopicPartition(options.topic(), partition));
                if (queue.size() < MOST_WAITING) {
                    consumer.resume(one);
                } else {
                    consumer.pause(one);
                }
            });
            for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                waiting.get(message.partition()).add(message);
            }
        } catch (InterruptException e) {
            throw KafkaCluster.interrupted(e);
        } catch (OffsetOutOfRangeException e) {
            throw Reader.missing(options.topic(), wanted, "its offset is out of range");
        } catch (KafkaException e) {
            throw cluster.explain(options.topic(), e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
