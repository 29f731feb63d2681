package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.ClassNames;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;

/**
 * Packs a data set into shards of record files.
 *
 * <p>Every sample is read and checked (images are decoded) before a shard gets its name: nothing is to be seen before it is known what can be
 * packed. Where the order allows it a shard is written while its samples are checked, else they are read again. With the same data, options and seed the shards are the same byte for byte, whatever the parallelism, the
 * runner, or the number of times that the job was killed and started again. Each shard appears under its name whole or not at all.
 *
 * <p>A job that was killed goes on where it stopped when it is run again with the same options and unchanged data; a job with other
 * options or data replaces the data set of the same prefix. Two jobs cannot write one prefix at the same time.
 *
 * <p>Safe for use by many threads, for different prefixes.
 */
public final class PackJob {

    private final PackSpec spec;
    private final OutputNames names;
    private final SortedMap<Path, BasicFileAttributes> files;
    private final RangeGroups groups;
    private final List<SampleRange> ranges;
    private final long total;
    private final WorkerShare share;

    private PackJob(PackSpec spec, SortedMap<Path, BasicFileAttributes> files, RangeGroups groups, WorkerShare share) {
        this.spec = spec;
        this.names = spec.names();
        this.files = files;
        this.groups = groups;
        this.ranges = groups.all();
        this.total = ranges.stream().mapToLong(SampleRange::count).sum();
        this.share = share;
    }

    /**
     * Packs.
     *
     * @param listener is told of progress on the calling thread
     * @throws DataException        if the data is bad: a folder without samples, a sample that cannot be packed (the error policy
     *                              decides), or a file that changed while it was packed
     * @throws IOException          if writing fails; it names the file
     * @throws InterruptedException if the thread was interrupted; the job can be continued. Between the pipeline and the end that shows as
     *                              {@link java.nio.channels.ClosedByInterruptException}
     */
    public static PackResult run(PackOptions options, PackProgress.Listener listener)
            throws IOException, InterruptedException {
        List<String> lists = options.split() instanceof SplitRule.Lists
                ? Sources.lists(options.data(), options.source())
                : List.of("");
        List<BadSample> damaged = new ArrayList<>();
        Set<String> told = new HashSet<>();
        OpenLists open = OpenLists.open(options, lists, policy(options, damaged));
        for (int list = 0; list < lists.size(); list++) {
            open.get(list).notices().stream().filter(told::add).forEach(listener::notice);
        }
        SortedMap<Path, BasicFileAttributes> files = Sources.files(options.data());
        List<String> classes = classes(open, lists.size());
        ReadingOrder order = ReadingOrder.of(options, open, lists.size());
        ShardsAhead ahead = ShardsAhead.of(options, open, order, files, classes);
        PackSpec spec = new PackSpec(options, lists, classes, damaged, ahead, WorkGate.newJob());
        try (WorkerShare share = WorkerShare.lease(spec, open, order)) {
            RangeGroups groups = RangeGroups.of(
                    sizes(open, lists.size()),
                    ShardsAhead.counts(options, open, order, files),
                    !ahead.isNone(),
                    options.runner().workers());
            return new PackJob(spec, files, groups, share).runAlone(listener);
        }
    }

    /**
     * As it would be packed: nothing is written, and no image is read. How many files there will be follows from the images' sizes.
     *
     * @return the number of samples of each list; one without a name where the data set is read as a whole
     */
    public static Map<String, Long> preview(PackOptions options) throws IOException {
        List<String> lists = options.split() instanceof SplitRule.Lists
                ? Sources.lists(options.data(), options.source())
                : List.of("");
        Map<String, Long> sizes = new LinkedHashMap<>();
        try (OpenLists open = OpenLists.open(options, lists, policy(options, new ArrayList<>()))) {
            for (int list = 0; list < lists.size(); list++) {
                sizes.put(lists.get(list), open.get(list).size());
            }
        }
        options.shards().names().refuse(Sources.files(options.data()).keySet());
        return sizes;
    }

    /** Keeps other jobs off the prefix meanwhile. */
    private PackResult runAlone(PackProgress.Listener listener) throws IOException, InterruptedException {
        names.refuse(files.keySet());
        Files.createDirectories(names.folder());
        try (PrefixLock lock = PrefixLock.take(names)) {
            PackResult result = run(listener);
            ClassNames.alike(result.classes()).ifPresent(listener::notice);
            lock.remove();
            return result;
        }
    }

    private static List<Long> sizes(OpenLists open, int lists) {
        return IntStream.range(0, lists).mapToObj(list -> open.get(list).size()).toList();
    }

    /** For the framing of record files: whoever opens the data first checks, and what is passed over counts as bad. */
    private static DamagePolicy policy(PackOptions options, List<BadSample> damaged) {
        return options.errors().skips()
                ? DamagePolicy.skip(options.errors().maxErrors(), place -> damaged.add(BadSample.of(place)))
                : DamagePolicy.fail();
    }

    /** The classes in label order where all lists declare the same, else none: the samples will tell. */
    private static List<String> classes(OpenLists open, int lists) {
        Set<List<String>> declared = new HashSet<>();
        for (int list = 0; list < lists; list++) {
            declared.add(open.get(list).declaredClasses());
        }
        return declared.size() == 1 ? declared.iterator().next() : List.of();
    }

    private PackResult run(PackProgress.Listener listener) throws IOException, InterruptedException {
        Journal journal = spec.journal();
        journal.begin(Fingerprint.of(spec, files), names.dataset());
        try {
            BeamRunner runner = spec.options().runner();
            Supplier<Pipeline> pipeline =
                    () -> PackPipeline.build(RunnerOptions.of(runner, spec.token()), spec, groups.groups());
            if (runner.master().isPresent()) {
                RemoteCrew.toEnd(
                        runner,
                        pipeline,
                        journal,
                        spec.token(),
                        ranges,
                        (checked, bad, written) -> listener.progress(new PackProgress(checked, written, total, bad)),
                        listener::notice);
            } else {
                PipelineRun.toEnd(
                        pipeline.get(),
                        () -> listener.progress(
                                new PackProgress(share.checked.sum(), share.written.sum(), total, share.bad.sum())));
            }
        } finally {
            share.gate.stop();
        }
        Census census = new Census(spec.splits().size());
        for (SampleRange range : ranges) {
            census.add(journal.checked(range).orElseThrow(() -> journal.lost(range.toString())));
        }
        PackResult result = result(journal, census);
        List<PackedShard> shards = result.splits().stream()
                .flatMap(split -> split.shards().stream())
                .toList();
        DatasetFile.publish(
                journal,
                names,
                shards,
                DatasetFile.describe(spec.options(), census, result),
                spec.options().errors().quarantined(result.bad()));
        return result;
    }

    private PackResult result(Journal journal, Census census) throws IOException {
        List<PackResult.Split> splits = new ArrayList<>();
        for (int index = 0; index < spec.splits().size(); index++) {
            String split = spec.splits().get(index);
            Census.Split counts = census.split(index);
            int count = counts.shards(spec.options().shards().count());
            List<PackedShard> shards = new ArrayList<>();
            for (int shard = 0; shard < count; shard++) {
                String file = names.shard(split, shard, count);
                shards.add(journal.finished(file).orElseThrow(() -> journal.lost(file)));
            }
            splits.add(new PackResult.Split(split, counts.samples(), counts.objects(), shards));
        }
        List<String> classes = spec.classes().isEmpty() ? census.classes() : spec.classes();
        return new PackResult(
                names.dataset(), splits, classes, census.bad(spec.damaged()), census.boxes(), share.reused.intValue());
    }
}
