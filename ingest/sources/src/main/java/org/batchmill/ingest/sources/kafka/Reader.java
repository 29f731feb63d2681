package org.batchmill.ingest.sources.kafka;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes messages apart into rows, partition by partition in the order of their offsets, and knows how far each partition is taken.
 * Used by one thread at a time.
 */
final class Reader {

    private final Membership member;
    private final long generation;
    private final String topic;
    private final MessageRows rows;
    private final Map<Integer, Cursor> cursors = new HashMap<>();
    /** Rows of the message that was begun last, in its order. */
    private final ArrayDeque<Row> begun = new ArrayDeque<>();

    private int lastPartition = -1;

    /** The next sample of a partition that was not taken. */
    private static final class Cursor {
        private long offset;
        private int row;
        /** What was taken beyond that. */
        private final NavigableMap<Long, BitSet> taken;

        Cursor(PartitionPosition position) {
            this.offset = position.offset();
            this.taken = new TreeMap<>(position.taken());
        }

        PartitionPosition position() {
            NavigableMap<Long, BitSet> beyond = new TreeMap<>(taken.tailMap(offset, true));
            if (row > 0) {
                BitSet rows =
                        beyond.containsKey(offset) ? (BitSet) beyond.get(offset).clone() : new BitSet();
                rows.set(0, row);
                beyond.put(offset, rows);
            }
            return new PartitionPosition(offset, beyond);
        }
    }

    Reader(
            Membership member,
            long generation,
            TopicOptions options,
            SampleCheck check,
            Map<Integer, PartitionPosition> positions) {
        this.member = member;
        this.generation = generation;
        this.topic = options.topic();
        this.rows = new MessageRows(options, check);
        positions.forEach((partition, position) -> cursors.put(partition, new Cursor(position)));
    }

    /** Where the partitions stand. */
    Map<Integer, PartitionPosition> positions() {
        Map<Integer, PartitionPosition> positions = new HashMap<>();
        cursors.forEach((partition, cursor) -> positions.put(partition, cursor.position()));
        return positions;
    }

    /**
     * Waits for the next row of any partition, message by message in turns.
     *
     * @param deadline by {@link System#nanoTime()}, looked at only while the topic holds no more; null waits for ever
     * @return null if the deadline has passed
     */
    Row next(Long deadline) throws IOException, InterruptedException {
        while (begun.isEmpty()) {
            ConsumerRecord<byte[], byte[]> message = member.takeAfter(generation, lastPartition, deadline);
            if (message == null) {
                return null;
            }
            begin(message);
        }
        return advance();
    }

    /** The next row of any partition, in the order of {@link #next}; null if it is not here yet. */
    Row poll() throws IOException {
        if (begun.isEmpty()) {
            ConsumerRecord<byte[], byte[]> message = member.pollAfter(generation, lastPartition);
            if (message != null) {
                begin(message);
            }
        }
        return begun.isEmpty() ? null : advance();
    }

    /**
     * Waits for a row that a journal names.
     *
     * @throws TopicException if it is gone
     */
    Row find(Block.Entry wanted) throws IOException, InterruptedException {
        while (begun.isEmpty()) {
            ConsumerRecord<byte[], byte[]> message = member.take(generation, wanted.partition());
            if (message.offset() > wanted.offset()) {
                throw missing(topic, wanted, "the next is offset " + message.offset());
            }
            if (message.offset() == wanted.offset()) {
                begin(message);
            }
        }
        Row row = advance();
        Block.Entry found = row.entry();
        if (found.partition() != wanted.partition()
                || found.offset() != wanted.offset()
                || found.row() != wanted.row()) {
            throw missing(topic, wanted, "there is row " + found.row() + " of offset " + found.offset());
        }
        return new Row(wanted, row.last(), row.sample(), row.failure());
    }

    static TopicException missing(String topic, Block.Entry wanted, String instead) {
        return new TopicException(topic + "/" + wanted.partition() + "/" + wanted.offset() + "/" + wanted.row()
                + ": the run's journal names it, but the topic no longer holds it (" + instead
                + "); was the topic compacted, cut, or made anew?");
    }

    private Row advance() {
        Row row = begun.poll();
        Cursor cursor = cursors.get(row.entry().partition());
        cursor.row = row.last() ? 0 : row.entry().row() + 1;
        cursor.offset = row.last() ? row.entry().offset() + 1 : row.entry().offset();
        return row;
    }

    private void begin(ConsumerRecord<byte[], byte[]> message) {
        lastPartition = message.partition();
        Cursor cursor = cursors.get(lastPartition);
        PartitionPosition position = cursor.position();
        for (Row row : rows.of(message)) {
            if (!position.isTaken(row.entry().offset(), row.entry().row())) {
                begun.add(row);
            }
        }
        if (begun.isEmpty()) {
            cursor.offset = message.offset() + 1;
            cursor.row = 0;
        }
    }
}
