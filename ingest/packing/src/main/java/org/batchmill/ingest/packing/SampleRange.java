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

    /** Into how many ranges a list is cut: enough to share out evenly. Each is a file of the journal, which costs as much as reading an image. */
    private static final int RANGES = 128;

    /** Samples in a range, so many that the pipeline's cost for an element vanishes. */
    private static final int FEWEST = 64;

    /** Samples in a range, so few that a job that was killed lost little. */
    private static final int MOST = 1024;

    static final Comparator<SampleRange> IN_ORDER =
            Comparator.comparingInt(SampleRange::list).thenComparingLong(SampleRange::first);

    /** How many samples the ranges of a list of so many have, but the last ones: it follows from the data alone. */
    static int size(long samples) {
        return (int) Math.min(Math.max(samples / RANGES, FEWEST), MOST);
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(list);
        out.writeLong(first);
        out.writeInt(count);
    }

    static SampleRange readFrom(DataInput in) throws IOException {
        return new SampleRange(in.readInt(), in.readLong(), in.readInt());
    }
}
