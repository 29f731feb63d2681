package org.batchmill.ingest.packing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.batchmill.records.ClassNames;

/** What a data set holds, counted range by range. The order of counting does not matter. Used by one thread at a time. */
final class Census {

    /** Where nobody asks for a number of shards: files of about this size. */
    private static final long SHARD_BYTES = 256L << 20;

    /** Where nobody asks for a number of shards: at least as many as a few readers can share. */
    private static final int SHARDS = 4;

    /** One split's numbers. */
    static final class Split {
        private long samples;
        private long bytes;
        private int smallestSide = Integer.MAX_VALUE;
        private int largestSide;
        private final SortedMap<String, Long> objects = new TreeMap<>();

        long samples() {
            return samples;
        }

        long bytes() {
            return bytes;
        }

        /** Of all images, in pixels; 0 where there are none. */
        int smallestSide() {
            return largestSide == 0 ? 0 : smallestSide;
        }

        /** Of all images, in pixels. */
        int largestSide() {
            return largestSide;
        }

        /** Objects of each class, or whole images where those are labelled. */
        SortedMap<String, Long> objects() {
            return Collections.unmodifiableSortedMap(objects);
        }

        /** How many shards it gets when {@code asked} were asked for (0: nobody asked); each holds a sample at least. */
        int shards(int asked) {
            return Census.shards(asked, samples, bytes);
        }
    }

    /** How many shards so many samples of so many bytes get when {@code asked} were asked for (0: nobody asked). */
    static int shards(int asked, long samples, long bytes) {
        long wanted = asked > 0 ? asked : Math.max(SHARDS, (bytes + SHARD_BYTES - 1) / SHARD_BYTES);
        return (int) Math.min(Math.min(wanted, samples), 99_999);
    }

    private final List<Split> splits = new ArrayList<>();
    private final List<CheckedRange> damaged = new ArrayList<>();
    private BoxCounts boxes = BoxCounts.NONE;

    Census(int splitCount) {
        for (int split = 0; split < splitCount; split++) {
            splits.add(new Split());
        }
    }

    void add(CheckedRange range) {
        for (CheckedSample sample : range.samples()) {
            Split split = splits.get(sample.split());
            split.samples++;
            split.bytes += sample.bytes();
            if (sample.width() > 0) {
                split.smallestSide = Math.min(split.smallestSide, Math.min(sample.width(), sample.height()));
                split.largestSide = Math.max(split.largestSide, Math.max(sample.width(), sample.height()));
            }
        }
        for (int split = 0; split < splits.size(); split++) {
            SortedMap<String, Long> objects = splits.get(split).objects;
            for (Map.Entry<String, Long> entry : range.objects().get(split).entrySet()) {
                objects.merge(entry.getKey(), entry.getValue(), Long::sum);
            }
        }
        boxes = boxes.plus(range.boxes());
        if (!range.bad().isEmpty()) {
            damaged.add(range);
        }
    }

    /** What the rules did to boxes, in all splits. */
    BoxCounts boxes() {
        return boxes;
    }

    Split split(int split) {
        return splits.get(split);
    }

    long samples() {
        return splits.stream().mapToLong(Split::samples).sum();
    }

    /** All that is bad: the places found when the data was opened, and every bad sample in the order of the data set. */
    List<BadSample> bad(List<BadSample> places) {
        Stream<BadSample> samples = damaged.stream()
                .flatMap(range -> range.bad().stream())
                .sorted(CheckedRange.Bad.IN_ORDER)
                .map(CheckedRange.Bad::sample);
        return Stream.concat(places.stream(), samples).toList();
    }

    /** The classes that occur. */
    List<String> classes() {
        return ClassNames.inOrder(splits.stream()
                .flatMap(split -> split.objects.keySet().stream())
                .toList());
    }
}
