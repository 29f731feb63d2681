package org.batchmill.ingest.packing;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;

/**
 * Neighbouring samples of one list in the {@link ReadingOrder}: the grain of the check, of its journal and of its parallelism.
 *
 * @param list  which list of the data set, from 0; always 0 where the data is not split by lists
 * @param first place of the first sample in the order of reading
 * @param count how many, at least 1
 */
record SampleRange(int list, long first, int count) {

    /** Images in a range: enough that the pipeline's cost for an element vanishes, few enough to share out evenly. */
    static final int SIZE = 64;

    static final Comparator<SampleRange> IN_ORDER =
            Comparator.comparingInt(SampleRange::list).thenComparingLong(SampleRange::first);

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(list);
        out.writeLong(first);
        out.writeInt(count);
    }

    static SampleRange readFrom(DataInput in) throws IOException {
        return new SampleRange(in.readInt(), in.readLong(), in.readInt());
    }
}
