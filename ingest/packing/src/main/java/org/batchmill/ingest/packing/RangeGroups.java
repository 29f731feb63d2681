package org.batchmill.ingest.packing;

import java.util.ArrayList;
import java.util.List;

/**
 * The ranges of a data set, and which of them one worker checks, one after the other.
 *
 * @param groups in the order in which they are handed out
 */
record RangeGroups(List<List<SampleRange>> groups) {

    /** Into how many groups the ranges of one worker are shared out: runners pay for a group, and even out by groups. */
    private static final int GROUPS = 8;

    /**
     * Cuts the lists into ranges.
     *
     * @param sizes   of the lists
     * @param shards  how many each list will have, where it is read in their order: no range is of two; empty where it is not
     * @param whole   whether a group is a shard
     * @param workers that share them out
     */
    static RangeGroups of(List<Long> sizes, List<Integer> shards, boolean whole, int workers) {
        List<List<SampleRange>> parts = new ArrayList<>();
        for (int list = 0; list < sizes.size(); list++) {
            long size = sizes.get(list);
            int count = shards.isEmpty() ? 1 : shards.get(list);
            for (int part = 0; part < count; part++) {
                long from = ShardPlan.start(size, part, count);
                parts.add(cut(list, from, ShardPlan.start(size, part + 1, count), SampleRange.size(size)));
            }
        }
        return new RangeGroups(whole ? parts : shareOut(parts, GROUPS * workers));
    }

    private static List<SampleRange> cut(int list, long from, long to, int most) {
        List<SampleRange> ranges = new ArrayList<>();
        for (long first = from; first < to; first += most) {
            ranges.add(new SampleRange(list, first, (int) Math.min(most, to - first)));
        }
        return ranges;
    }

    private static List<List<SampleRange>> shareOut(List<List<SampleRange>> parts, int count) {
        List<List<SampleRange>> groups = new ArrayList<>();
        int next = 0;
        for (List<SampleRange> part : parts) {
            for (SampleRange range : part) {
                if (groups.size() < count) {
                    groups.add(new ArrayList<>());
                }
                groups.get(next++ % count).add(range);
            }
        }
        return groups;
    }

    /** All ranges. */
    List<SampleRange> all() {
        return groups.stream().flatMap(List::stream).toList();
    }
}
