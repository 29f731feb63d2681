package org.batchmill.ingest.packing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.batchmill.ingest.packing.PackOptions.OnError;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.AtomicFile;
import org.batchmill.records.DataException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/**
 * Packs a data set into shards of record files.
 *
 * <p>First every sample is read and checked (pictures are decoded), then the shards are written: nothing is written before it is
 * known what can be packed. With the same data, options and seed the shards are the same byte for byte, whatever the parallelism, the
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
    private final List<SampleRange> ranges;
    private final long total;

    private PackJob(PackSpec spec, List<SampleRange> ranges) {
        this.spec = spec;
        this.names = spec.names();
        this.ranges = ranges;
        this.total = ranges.stream().mapToLong(SampleRange::count).sum();
    }

    /**
     * Packs.
     *
     * @param listener hears of progress on the calling thread
     * @throws DataException        if the data is bad: a folder without samples, a sample that cannot be packed (the error policy
     *                              decides), or a file that changed while it was packed
     * @throws IOException          if writing fails; it names the file
     * @throws InterruptedException if the thread was interrupted; the job can be continued
     */
    public static PackResult run(PackOptions options, PackProgress.Listener listener)
            throws IOException, InterruptedException {
        PackJob job = prepare(options);
        Files.createDirectories(job.names.folder());
        try (FileChannel channel =
                        FileChannel.open(job.names.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = tryLock(channel)) {
            // Whoever held it before may have deleted the file meanwhile: a lock on a deleted file keeps nobody out.
            if (lock == null || !Files.exists(job.names.lock())) {
                throw new UsageException(options.prefix() + ": another job is packing to this prefix");
            }
            PackResult result = job.run(listener);
            Files.delete(job.names.lock());
            return result;
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static PackJob prepare(PackOptions options) throws IOException {
        List<String> lists = options.split() instanceof SplitRule.Lists
                ? Sources.lists(options.data(), options.source())
                : List.of("");
        List<SampleRange> ranges = new ArrayList<>();
        List<List<String>> classes = new ArrayList<>();
        for (int list = 0; list < lists.size(); list++) {
            try (SampleSource.Indexed source = WorkerShare.open(options, lists.get(list))) {
                long size = source.size();
                for (long first = 0; first < size; first += SampleRange.SIZE) {
                    ranges.add(new SampleRange(list, first, (int) Math.min(SampleRange.SIZE, size - first)));
                }
                classes.add(source.classes());
            }
        }
        String token = UUID.randomUUID().toString();
        return new PackJob(new PackSpec(options, lists, agreed(classes), token), ranges);
    }

    /** The classes in label order where all lists know the same, else none: the samples will tell. */
    private static List<String> agreed(List<List<String>> classes) {
        return new HashSet<>(classes).size() == 1 ? classes.get(0) : List.of();
    }

    private PackResult run(PackProgress.Listener listener) throws IOException, InterruptedException {
        Journal journal = spec.journal();
        journal.begin(Fingerprint.of(spec), DatasetFile.shards(names.dataset()));
        Files.deleteIfExists(names.dataset());
        int reused;
        try (WorkerShare share = WorkerShare.lease(spec)) {
            PipelineRun.toEnd(
                    PackPipeline.build(RunnerOptions.of(spec.options()), spec, ranges),
                    () -> listener.progress(
                            new PackProgress(share.checked.sum(), share.written.sum(), total, share.bad.sum())));
            reused = share.reused.intValue();
        }
        Census census = new Census(spec.splits().size());
        for (SampleRange range : ranges) {
            census.add(journal.checked(range).orElseThrow(() -> lost(range.toString())));
        }
        PackResult result = result(journal, census, reused);
        removeReplaced(journal, result);
        if (spec.options().onError() == OnError.QUARANTINE) {
            writeQuarantine(result.bad());
        }
        DatasetFile.write(spec.options(), census, result);
        journal.remove();
        return result;
    }

    private PackResult result(Journal journal, Census census, int reused) throws IOException {
        List<PackResult.Split> splits = new ArrayList<>();
        for (int index = 0; index < spec.splits().size(); index++) {
            String split = spec.splits().get(index);
            Census.Split counts = census.split(index);
            int count = counts.shards(spec.options().shards());
            List<PackedShard> shards = new ArrayList<>();
            for (int shard = 0; shard < count; shard++) {
                String file = names.shard(split, shard, count);
                shards.add(journal.finished(file).orElseThrow(() -> lost(file)));
            }
            splits.add(new PackResult.Split(split, counts.samples(), counts.objects(), shards));
        }
        List<String> classes = spec.classes().isEmpty() ? census.classes() : spec.classes();
        return new PackResult(names.dataset(), splits, classes, census.bad(), reused);
    }

    private IOException lost(String entry) {
        return new IOException(names.journal() + ": the entry of " + entry + " is lost; do workers see this folder?");
    }

    /** Shards of an earlier data set of this prefix would match the same pattern and be read as part of this one. */
    private void removeReplaced(Journal journal, PackResult result) throws IOException {
        Set<String> mine = new HashSet<>();
        for (PackResult.Split split : result.splits()) {
            split.shards().forEach(shard -> mine.add(shard.file()));
        }
        for (String other : journal.replaced()) {
            // What a description says is only believed where it names a shard of this prefix.
            if (names.isShard(other) && !mine.contains(other)) {
                Files.deleteIfExists(names.folder().resolve(other));
                Files.deleteIfExists(names.folder().resolve(other + ".idx"));
            }
        }
    }

    private void writeQuarantine(List<BadSample> bad) throws IOException {
        ObjectMapper json = new ObjectMapper();
        StringBuilder lines = new StringBuilder();
        for (BadSample sample : bad) {
            ObjectNode line = json.createObjectNode();
            DatasetFile.write(sample, line);
            lines.append(line).append('\n');
        }
        AtomicFile.write(names.quarantine(), lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
