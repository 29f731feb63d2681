package org.batchmill.ingest.sources.kafka;

import java.util.ArrayDeque;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The messages of one partition between the poll thread and the reader. Guarded by the member's lock. */
final class Lane {

    private static final long MOST_BYTES = 48L << 20;

    private final ArrayDeque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
    private final int mostMessages;
    private long bytes;
    /** Of the partition behind what waits here; -1 while it is not known. */
    private long behind = -1;

    /** @param mostMessages no more is fetched while so many wait, or too many bytes, and again when half are taken */
    Lane(int mostMessages) {
        this.mostMessages = mostMessages;
    }

    void add(ConsumerRecord<byte[], byte[]> message) {
        waiting.add(message);
        bytes += size(message);
    }

    ConsumerRecord<byte[], byte[]> poll() {
        ConsumerRecord<byte[], byte[]> message = waiting.poll();
        if (message != null) {
            bytes -= size(message);
        }
        return message;
    }

    private static long size(ConsumerRecord<byte[], byte[]> message) {
        return Math.max(0, message.serializedValueSize());
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Nothing waits, and the broker had nothing more when it was asked last. */
    boolean atEnd() {
        return waiting.isEmpty() && behind == 0;
    }

    void behind(long messages) {
        behind = messages;
    }

    /** Messages that were not taken yet. */
    long lag() {
        return waiting.size() + Math.max(0, behind);
    }

    boolean full() {
        return waiting.size() >= mostMessages || bytes >= MOST_BYTES;
    }

    boolean halfEmpty() {
        return waiting.size() <= mostMessages / 2 && bytes <= MOST_BYTES / 2;
    }

    void clear() {
        waiting.clear();
        bytes = 0;
        behind = -1;
    }
}
