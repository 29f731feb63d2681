package org.batchmill.ingest.packing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.batchmill.records.annotations.AnnotatedFolder;

/**
 * In which order the check reads the samples of each list. Where their names are known before they are read, and the split does not go by
 * what they show, it is the order in which they will lie in the shards, so that a shard can be written while it is checked; else that of the
 * list. It follows from the data and the options alone, so that all workers and restarts have the same. Four bytes a sample; immutable.
 */
final class ReadingOrder {

    /** Of each list the indexes in the order of reading; no lists where they are read from the front. */
    private final List<int[]> indexes;

    private ReadingOrder(List<int[]> indexes) {
        this.indexes = indexes;
    }

    /** @param lists how many are packed */
    static ReadingOrder of(PackOptions options, OpenLists open, int lists) {
        List<int[]> indexes = new ArrayList<>();
        for (int list = 0; list < lists; list++) {
            if (options.split() instanceof SplitRule.Fractions || !(open.get(list) instanceof AnnotatedFolder folder)) {
                return new ReadingOrder(List.of());
            }
            indexes.add(shuffled(folder, options.seed()));
        }
        return new ReadingOrder(indexes);
    }

    /** As {@link CheckedSample#SHUFFLED} puts them. */
    private static int[] shuffled(AnnotatedFolder folder, long seed) {
        int size = Math.toIntExact(folder.size());
        long[] keys = new long[size];
        for (int index = 0; index < size; index++) {
            keys[index] = CheckedSample.shuffleKey(folder.entry(index).id(), seed);
        }
        return IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingLong((Integer index) -> keys[index]).thenComparingInt(index -> index))
                .mapToInt(index -> index)
                .toArray();
    }

    /** How many lists are read in the order in their shards: all or none. */
    int lists() {
        return indexes.size();
    }

    /** The index in its list of the sample that is read at a place. */
    long index(int list, long place) {
        return indexes.isEmpty() ? place : indexes.get(list)[Math.toIntExact(place)];
    }
}
