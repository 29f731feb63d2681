package org.batchmill.ingest.packing;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a pack job made.
 *
 * @param dataset the file that describes it
 * @param splits  one for each split, or one with an empty name
 * @param classes in label order
 * @param bad     the samples left out
 * @param boxes   what the rules did to boxes
 * @param reused  how many of the shards an earlier, interrupted run had finished
 */
public record PackResult(
        Path dataset, List<Split> splits, List<String> classes, List<BadSample> bad, BoxCounts boxes, int reused) {

    public PackResult {
        splits = List.copyOf(splits);
        classes = List.copyOf(classes);
        bad = List.copyOf(bad);
    }

    /**
     * One split.
     *
     * @param name    empty where there are no splits
     * @param samples how many it holds
     * @param objects how many objects, or labelled images, of each class
     * @param shards  its files, in order
     */
    public record Split(String name, long samples, Map<String, Long> objects, List<PackedShard> shards) {
        public Split {
            objects = Map.copyOf(objects);
            shards = List.copyOf(shards);
        }
    }

    /** Samples in all splits together. */
    public long samples() {
        return splits.stream().mapToLong(Split::samples).sum();
    }

    /** Bytes in all shards together. */
    public long bytes() {
        return splits.stream()
                .flatMap(split -> split.shards().stream())
                .mapToLong(PackedShard::bytes)
                .sum();
    }
}
