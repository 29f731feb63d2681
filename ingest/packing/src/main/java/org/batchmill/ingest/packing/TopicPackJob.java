package org.batchmill.ingest.packing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.batchmill.ingest.packing.PackOptions.Container;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import org.batchmill.ingest.sources.kafka.TopicWindow;
import org.batchmill.records.DataException;
import org.batchmill.records.OptionException;
import org.batchmill.records.example.Example;

/**
 * Archives a stretch of a topic into shards: what was committed between two positions when the job began, partition by partition in the
 * order of offsets, dealt out to the shards in turn. The same stretch gives the same bytes. Where a sample came from stands in the
 * features {@code kafka/topic}, {@code kafka/partition}, {@code kafka/offset}, {@code kafka/row}, {@code kafka/timestamp} (milliseconds)
 * and {@code kafka/key}.
 *
 * <p>The shards appear under their names when all are whole, in place of those of an earlier data set; {@code dataset.json}, with the
 * offsets, comes last. Two jobs cannot write one prefix at the same time.
 */
public final class TopicPackJob {

    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * How it is packed.
     *
     * @param prefix    what the names of the shards begin with, with their folder
     * @param shards    how many, 1 or more
     * @param skipped   bad samples that may be left out; 0 ends with the first
     */
    public record Options(TopicWindow.Options window, String prefix, Container container, int shards, long skipped) {
        public Options {
            Objects.requireNonNull(window, "window");
            if (prefix == null || prefix.isEmpty() || shards < 1 || skipped < 0) {
                throw new OptionException("{out} PREFIX names the shards, of which there is at least 1");
            }
        }
    }

    /** What was packed. */
    public record Result(Path dataset, List<PackedShard> shards, long samples, List<BadSample> bad) {
        public Result {
            shards = List.copyOf(shards);
            bad = List.copyOf(bad);
        }
    }

    private final KafkaCluster cluster;
    private final Options options;
    private final PackProgress.Listener progress;
    private final List<BadSample> bad = new ArrayList<>();

    public TopicPackJob(KafkaCluster cluster, Options options, PackProgress.Listener progress) {
        this.cluster = cluster;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Packs.
     *
     * @throws DataException if a sample is bad beyond what is tolerated, or the stretch is empty
     * @throws IOException   if the topic cannot be read or a file not be written
     */
    public Result run() throws IOException, InterruptedException {
        OutputNames names = new OutputNames(options.prefix(), options.container());
        Files.createDirectories(names.folder());
        try (PrefixLock lock = PrefixLock.take(names)) {
            Journal journal = new Journal(names.journal());
            journal.begin("topic " + UUID.randomUUID(), names.dataset());
            journal.stage();
            try {
                Result result = run(names, journal);
                lock.remove();
                return result;
            } finally {
                journal.remove();
            }
        }
    }

    private Result run(OutputNames names, Journal journal) throws IOException, InterruptedException {
        List<ShardFile> files = new ArrayList<>();
        try (TopicWindow window = TopicWindow.open(cluster, options.window());
                ImageCheck images = new ImageCheck()) {
            for (int i = 0; i < options.shards(); i++) {
                files.add(ShardFile.create(
                        journal.place(names.folder().resolve(names.shard("", i, options.shards()))),
                        options.container(),
                        options.window().classes()));
            }
            long[] records = write(window, images, files);
            for (ShardFile file : files) {
                file.finish();
            }
            return describe(window, names, journal, records);
        } finally {
            for (ShardFile file : files) {
                file.close();
            }
        }
    }

    private long[] write(TopicWindow window, ImageCheck images, List<ShardFile> files) throws IOException {
        long[] records = new long[files.size()];
        long samples = 0;
        boolean more = true;
        while (more) {
            try {
                TopicWindow.Found found = window.next();
                more = found != null;
                if (more) {
                    images.check(found.sample());
                    int shard = (int) (samples % files.size());
                    files.get(shard).write(found.sample(), provenance(found));
                    records[shard]++;
                    samples++;
                }
            } catch (DataException e) {
                bad.add(BadSample.of(e));
                if (bad.size() > options.skipped()) {
                    throw e;
                }
            }
            progress.progress(new PackProgress(window.read(), samples, window.messages(), bad.size()));
        }
        if (samples == 0) {
            throw new DataException(
                    DataException.Kind.MISSING, options.window().topic(), "there is not one sample to pack");
        }
        return records;
    }

    private ByteBuffer provenance(TopicWindow.Found found) {
        Example.Builder example = Example.builder()
                .text("kafka/topic", options.window().topic())
                .int64s("kafka/partition", found.partition())
                .int64s("kafka/offset", found.offset())
                .int64s("kafka/row", found.row())
                .int64s("kafka/timestamp", found.timestamp());
        if (found.key() != null) {
            example.bytes("kafka/key", ByteBuffer.wrap(found.key()));
        }
        return example.build();
    }

    private Result describe(TopicWindow window, OutputNames names, Journal journal, long[] records) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION);
        root.put("topic", options.window().topic());
        ArrayNode partitions = root.putArray("partitions");
        window.ranges().forEach((partition, range) -> partitions
                .addObject()
                .put("partition", partition)
                .put("from", range.from())
                .put("to", range.to()));
        options.window().classes().forEach(root.putArray("classes")::add);
        ArrayNode shards = root.putArray("shards");
        List<PackedShard> packed = new ArrayList<>();
        long samples = 0;
        for (int i = 0; i < records.length; i++) {
            String file = names.shard("", i, records.length);
            Path path = journal.place(names.folder().resolve(file));
            PackedShard shard = PackedShard.finished(path, "", records[i]);
            shard.writeTo(shards.addObject());
            packed.add(shard);
            samples += records[i];
        }
        root.put("samples", samples);
        ArrayNode left = root.putArray("bad");
        bad.forEach(one -> DatasetFile.write(one, left.addObject()));
        DatasetFile.publish(journal, names, packed, root, null);
        return new Result(names.dataset(), packed, samples, bad);
    }
}
