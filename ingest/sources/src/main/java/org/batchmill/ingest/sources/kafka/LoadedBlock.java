package org.batchmill.ingest.sources.kafka;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.Sample;

/** A block with its samples. Immutable. */
final class LoadedBlock {

    private final Block block;
    private final List<Row> rows;
    private final int[] handingOut;
    private final int size;

    /**
     * @param rows as the block's entries
     * @param size so many are handed out; fewer than the block has if a rebalance cut it short
     */
    LoadedBlock(Block block, List<Row> rows, int size) {
        this.block = block;
        this.rows = List.copyOf(rows);
        this.handingOut = block.handingOut();
        this.size = Math.min(size, handingOut.length);
    }

    Block block() {
        return block;
    }

    int size() {
        return size;
    }

    /** What is handed out in a position. */
    Row row(int position) {
        return rows.get(handingOut[position]);
    }

    /** The samples that are held out. */
    List<Sample> heldOut() {
        List<Sample> held = new ArrayList<>();
        for (Row row : rows) {
            if (row.entry().heldOut()) {
                held.add(row.sample());
            }
        }
        return held;
    }
}
