package org.batchmill.ingest.packing;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.records.SampleSource;
import org.batchmill.records.annotations.AnnotatedFolder;
import org.batchmill.records.storage.Storage;

/**
 * The shards as they will be if every sample is good: what can be written in one pass with the check, each shard by the worker that checks its
 * samples. Whether they became so is told by the plan, which is made when all are checked; a shard that differs is written anew.
 *
 * @param classes of the data set, in label order
 * @param counts  how many shards each list has; none where nothing is written ahead
 */
record ShardsAhead(List<String> classes, List<Integer> counts) implements Serializable {

    static final ShardsAhead NONE = new ShardsAhead(List.of(), List.of());

    /** Workers that stand idle while the last shards are made may cost a quarter: with that, one pass still pays. */
    private static final int MOST_IDLE = 4;

    ShardsAhead {
        classes = List.copyOf(classes);
        counts = List.copyOf(counts);
    }

    /** A shard by its number over all lists. */
    record Place(int list, int shard, int shards) {}

    /**
     * What can be written ahead: nothing where the samples are not read in the order of the shards, where other processes or stores are concerned,
     * and where whole shards share out badly among the workers.
     *
     * @param files   all of the data
     * @param classes those that the data set declares; none where the labels of all samples tell
     */
    static ShardsAhead of(
            PackOptions options,
            OpenLists open,
            ReadingOrder order,
            Map<Path, BasicFileAttributes> files,
            List<String> classes)
            throws IOException {
        List<Integer> counts = counts(options, open, order, files);
        int shards = counts.stream().mapToInt(Integer::intValue).sum();
        int workers = options.runner().workers();
        int slots = (shards + workers - 1) / workers * workers;
        if (shards == 0
                || (slots - shards) * MOST_IDLE > shards
                || !options.runner().name().equals(BeamRunner.DIRECT)
                || !Storage.isLocal(options.shards().names().folder())) {
            return NONE;
        }
        return new ShardsAhead(classes.isEmpty() ? open.get(0).classes() : classes, counts);
    }

    /** How many shards each list will have if all its samples are good; none where they are not read in the order of the shards. */
    static List<Integer> counts(
            PackOptions options, OpenLists open, ReadingOrder order, Map<Path, BasicFileAttributes> files)
            throws IOException {
        List<Integer> counts = new ArrayList<>();
        for (int list = 0; list < order.lists(); list++) {
            SampleSource.Indexed source = open.get(list);
            long bytes = options.shards().count() == 0 ? bytes((AnnotatedFolder) source, files) : 0;
            counts.add(Census.shards(options.shards().count(), source.size(), bytes));
        }
        return counts;
    }

    private static long bytes(AnnotatedFolder folder, Map<Path, BasicFileAttributes> files) throws IOException {
        long bytes = 0;
        for (long index = 0; index < folder.size(); index++) {
            Path image = folder.entry(index).image();
            BasicFileAttributes known = files.get(image);
            bytes += known != null ? known.size() : Files.exists(image) ? Files.size(image) : 0;
        }
        return bytes;
    }

    boolean isNone() {
        return counts.isEmpty();
    }

    /** The shard of a number. */
    Place place(int number) {
        int shard = number;
        int list = 0;
        while (shard >= counts.get(list)) {
            shard -= counts.get(list);
            list++;
        }
        return new Place(list, shard, counts.get(list));
    }
}
