package org.batchmill.ingest.packing;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the check found in a range.
 *
 * @param range   the range
 * @param samples its good samples, in the order of reading
 * @param bad     its bad samples
 * @param boxes   what the rules did to boxes of good samples
 * @param objects for each split, how many objects (or whole images, where those are labelled) of each class
 */
record CheckedRange(
        SampleRange range,
        List<CheckedSample> samples,
        List<Bad> bad,
        BoxCounts boxes,
        List<SortedMap<String, Long>> objects) {

    /**
     * A bad sample.
     *
     * @param list  its list
     * @param index its place in the list
     */
    record Bad(int list, long index, BadSample sample) {

        static final Comparator<Bad> IN_ORDER =
                Comparator.comparingInt(Bad::list).thenComparingLong(Bad::index);
    }

    void writeTo(DataOutput out) throws IOException {
        range.writeTo(out);
        out.writeInt(samples.size());
        for (CheckedSample sample : samples) {
            sample.writeTo(out);
        }
        out.writeInt(bad.size());
        for (Bad sample : bad) {
            out.writeInt(sample.list);
            out.writeLong(sample.index);
            sample.sample.writeTo(out);
        }
        out.writeLong(boxes.dropped());
        out.writeLong(boxes.clipped());
        out.writeInt(objects.size());
        for (SortedMap<String, Long> split : objects) {
            out.writeInt(split.size());
            for (Map.Entry<String, Long> entry : split.entrySet()) {
                Text.write(out, entry.getKey());
                out.writeLong(entry.getValue());
            }
        }
    }

    static CheckedRange readFrom(DataInput in) throws IOException {
        SampleRange range = SampleRange.readFrom(in);
        int goodCount = in.readInt();
        List<CheckedSample> samples = new ArrayList<>(Text.expected(goodCount));
        for (int i = 0; i < goodCount; i++) {
            samples.add(CheckedSample.readFrom(in));
        }
        int badCount = in.readInt();
        List<Bad> bad = new ArrayList<>(Text.expected(badCount));
        for (int i = 0; i < badCount; i++) {
            bad.add(new Bad(in.readInt(), in.readLong(), BadSample.readFrom(in)));
        }
        BoxCounts boxes = new BoxCounts(in.readLong(), in.readLong());
        int splits = in.readInt();
        List<SortedMap<String, Long>> objects = new ArrayList<>(Text.expected(splits));
        for (int split = 0; split < splits; split++) {
            SortedMap<String, Long> counts = new TreeMap<>();
            for (int classes = in.readInt(); classes > 0; classes--) {
                counts.put(Text.read(in), in.readLong());
            }
            objects.add(counts);
        }
        return new CheckedRange(range, samples, bad, boxes, objects);
    }
}
