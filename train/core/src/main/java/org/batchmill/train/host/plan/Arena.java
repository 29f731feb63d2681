package org.batchmill.train.host.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places buffers in one arena. Largest first, each at the lowest offset where no buffer lies that lives at the same time: the
 * greedy-by-size rule of Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020), which stays within
 * some percent of the lower bound on networks.
 */
public final class Arena {

    private Arena() {}

    /**
     * Gives each buffer its offset; returns the arena's size in bytes.
     *
     * @param buffers   each of them touched
     * @param alignment of each offset, in bytes
     */
    public static long place(List<Buffer> buffers, int alignment) {
        List<Buffer> largestFirst = new ArrayList<>(buffers);
        largestFirst.sort(Comparator.comparingLong(Buffer::bytes).reversed().thenComparingInt(Buffer::first));
        List<Buffer> placed = new ArrayList<>();
        long size = 0;
        for (Buffer buffer : largestFirst) {
            long offset = 0;
            for (Buffer other : placed) {
                if (other.offset() - offset >= buffer.bytes()) {
                    break;
                }
                if (other.livesWith(buffer)) {
                    offset = Math.max(offset, aligned(other.offset() + other.bytes(), alignment));
                }
            }
            buffer.place(offset);
            insert(placed, buffer);
            size = Math.max(size, aligned(offset + buffer.bytes(), alignment));
        }
        return size;
    }

    /** Keeps the list in the order of offsets. */
    private static void insert(List<Buffer> placed, Buffer buffer) {
        int at = 0;
        while (at < placed.size() && placed.get(at).offset() <= buffer.offset()) {
            at++;
        }
        placed.add(at, buffer);
    }

    private static long aligned(long bytes, int alignment) {
        return (bytes + alignment - 1) / alignment * alignment;
    }
}
