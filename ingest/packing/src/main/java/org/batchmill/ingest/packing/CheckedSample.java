package org.batchmill.ingest.packing;

import static org.batchmill.queues.random.SplitMix64.GOLDEN_GAMMA;
import static org.batchmill.queues.random.SplitMix64.mix;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import org.batchmill.records.SampleId;

/**
 * A sample that was read and found good: where to read it again and where it belongs. Its bytes stay in their file; some forty
 * bytes of it travel through the pipeline.
 *
 * @param list    its list
 * @param index   its place in the list
 * @param split   the split it goes to
 * @param order   its key in the shuffle, from the seed and its name
 * @param checksum of its content, to notice a file that changes while it is packed
 * @param bytes   size of its content
 * @param width   of the image in pixels, 0 if it is none
 * @param height  of the image in pixels, 0 if it is none
 */
record CheckedSample(int list, long index, int split, long order, int checksum, int bytes, int width, int height) {

    /** The order in the shards: by shuffle key; equal keys (equal names in two lists) by place. */
    static final Comparator<CheckedSample> SHUFFLED = Comparator.comparingLong(CheckedSample::order)
            .thenComparingInt(CheckedSample::list)
            .thenComparingLong(CheckedSample::index);

    /** The shuffle key of a sample. */
    static long shuffleKey(SampleId id, long seed) {
        return mix(id.hash() ^ mix(seed + GOLDEN_GAMMA));
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(list);
        out.writeLong(index);
        out.writeInt(split);
        out.writeLong(order);
        out.writeInt(checksum);
        out.writeInt(bytes);
        out.writeInt(width);
        out.writeInt(height);
    }

    static CheckedSample readFrom(DataInput in) throws IOException {
        return new CheckedSample(
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readInt());
    }
}
