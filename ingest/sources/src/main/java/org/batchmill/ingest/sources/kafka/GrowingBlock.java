package org.batchmill.ingest.sources.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A block that is being gathered: a row a time while the one before is handed out, and the rest when that is used up, so that no reader
 * waits for a whole block to be parsed. What is gathered does not depend on when. Used by one thread at a time.
 */
final class GrowingBlock {

    /** A block is closed early when its messages hold so much: two of them are in memory. */
    private static final long MOST_BYTES = 256L << 20;

    private final TopicOptions options;
    private final Reader reader;
    private final Map<Integer, PartitionPosition> start;
    private final List<Row> rows = new ArrayList<>();
    private int size;
    private long bytes;
    /** By {@link System#nanoTime()}: when it is closed though it is not full. Null before its first row. */
    private Long deadline;

    /** Begins where the reader stands. */
    GrowingBlock(TopicOptions options, Reader reader) {
        this.options = options;
        this.reader = reader;
        this.start = reader.positions();
    }

    /** Takes the next row if there is room and it is here already. */
    void grow() throws IOException {
        if (!isFull()) {
            add(reader.poll());
        }
    }

    /** Waits for the rest, and at the topic's end as long as the options say. */
    void fill() throws IOException, InterruptedException {
        boolean more = true;
        while (more && !isFull()) {
            more = add(reader.next(deadline));
        }
    }

    private boolean isFull() {
        return size >= options.blocks().size() || bytes >= MOST_BYTES;
    }

    private boolean add(Row row) {
        if (row == null) {
            return false;
        }
        rows.add(row);
        if (!row.entry().heldOut()) {
            size++;
            bytes += row.bytes();
            if (deadline == null) {
                deadline = System.nanoTime() + options.blocks().patience().toNanos();
            }
        }
        return true;
    }

    /**
     * Closes it.
     *
     * @param number  its number in the run
     * @param earlier how many samples of the block before were handed out
     */
    LoadedBlock close(long number, int earlier) {
        Block block = new Block(
                number,
                earlier,
                new Block.Order(options.blocks().shuffled(), options.seed()),
                start,
                rows.stream().map(Row::entry).toList(),
                reader.positions());
        return new LoadedBlock(block, rows, size);
    }
}
