package org.batchmill.queues.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.batchmill.queues.random.SplitMix64;

/** The elements of a source, sorted into bins that are drawn from equally often. */
final class BalancedBins {

    private BalancedBins() {}

    static Sampling sampling(long size, LongUnaryOperator bin, double maxRepeat) {
        if (!(maxRepeat >= 1)) {
            throw new IllegalArgumentException(
                    "elements may repeat at least once an epoch, not " + maxRepeat + " times");
        }
        Map<Long, LongList> bins = new TreeMap<>();
        long contents = 0;
        for (long index = 0; index < size; index++) {
            long key = bin.applyAsLong(index);
            bins.computeIfAbsent(key, k -> new LongList()).add(index);
            contents = SplitMix64.mix(contents, key);
        }
        List<long[]> members = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        for (LongList elements : bins.values()) {
            members.add(elements.toArray());
            weights.add(Math.min((double) size / bins.size(), maxRepeat * elements.length));
        }
        return new MixtureSampling(
                size,
                weights,
                set -> members.get(set).length,
                (set, place) -> members.get(set)[(int) place],
                "balanced:" + maxRepeat + " over " + bins.size() + " bins of " + size + " ("
                        + Long.toHexString(contents) + ")");
    }

    /** A growing array: boxed, a million indices would take three times the memory. */
    private static final class LongList {
        private long[] values = new long[8];
        private int length;

        void add(long value) {
            if (length == values.length) {
                values = Arrays.copyOf(values, 2 * length);
            }
            values[length++] = value;
        }

        long[] toArray() {
            return Arrays.copyOf(values, length);
        }
    }
}
