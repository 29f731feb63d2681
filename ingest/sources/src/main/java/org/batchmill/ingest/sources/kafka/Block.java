package org.batchmill.ingest.sources.kafka;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.batchmill.queues.pipeline.KeyedPermutation;

/**
 * A stretch of the topic in the order in which it was taken, shuffled in itself when it is handed out. Immutable.
 *
 * @param number  counts the blocks of a run from 0
 * @param earlier how many samples of the block before were handed out; fewer than it has if a rebalance cut it short
 * @param order   how its samples are handed out
 * @param start   where each partition stood before it
 * @param entries what it holds, in the order in which it was taken
 * @param end     where each partition stands behind it
 */
record Block(
        long number,
        int earlier,
        Order order,
        Map<Integer, PartitionPosition> start,
        List<Entry> entries,
        Map<Integer, PartitionPosition> end) {

    /**
     * How a block is shuffled.
     *
     * @param shuffled whether it is
     * @param seed     of the permutation, together with the block's number
     */
    record Order(boolean shuffled, long seed) {}

    /**
     * One sample.
     *
     * @param heldOut   kept for evaluation, never handed out
     * @param timestamp of the message, milliseconds since 1970
     * @param key       of the message; null where it has none
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Entry(int partition, long offset, int row, boolean heldOut, long timestamp, byte[] key) {}

    Block {
        start = Map.copyOf(start);
        entries = List.copyOf(entries);
        end = Map.copyOf(end);
    }

    /** How many samples it hands out. */
    int size() {
        int size = 0;
        for (Entry entry : entries) {
            size += entry.heldOut() ? 0 : 1;
        }
        return size;
    }

    /** The positions among {@link #entries} of those that are handed out, in the order in which that happens. */
    int[] handingOut() {
        int size = size();
        int[] shown = new int[size];
        int at = 0;
        for (int i = 0; i < entries.size(); i++) {
            if (!entries.get(i).heldOut()) {
                shown[at++] = i;
            }
        }
        if (!order.shuffled() || size == 0) {
            return shown;
        }
        KeyedPermutation permutation = KeyedPermutation.of(size, order.seed(), number);
        int[] permuted = new int[size];
        for (int i = 0; i < size; i++) {
            permuted[i] = shown[(int) permutation.apply(i)];
        }
        return permuted;
    }

    /**
     * Where the partitions stand when so many samples were handed out. What was held out counts as taken: nobody else should learn it.
     */
    Map<Integer, PartitionPosition> positionsBehind(int handedOut) {
        if (handedOut == 0) {
            return start;
        }
        int[] shown = handingOut();
        BitSet open = new BitSet(entries.size());
        for (int i = handedOut; i < shown.length; i++) {
            open.set(shown[i]);
        }
        Map<Integer, Long> lowest = new HashMap<>();
        open.stream()
                .mapToObj(entries::get)
                .forEach(entry -> lowest.merge(entry.partition(), entry.offset(), Math::min));
        Map<Integer, PartitionPosition> positions = new HashMap<>(end);
        lowest.forEach((partition, offset) -> positions.put(partition, behind(partition, offset, open)));
        return positions;
    }

    private PartitionPosition behind(int partition, long offset, BitSet open) {
        NavigableMap<Long, BitSet> taken = new TreeMap<>();
        start.get(partition).taken().tailMap(offset, true).forEach((at, rows) -> taken.put(at, (BitSet) rows.clone()));
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.partition() == partition && entry.offset() >= offset && !open.get(i)) {
                taken.computeIfAbsent(entry.offset(), none -> new BitSet()).set(entry.row());
            }
        }
        return new PartitionPosition(offset, taken);
    }
}
