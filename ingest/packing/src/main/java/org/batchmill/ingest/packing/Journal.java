package org.batchmill.ingest.packing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.JsonFile;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.records.tfrecord.RecordIndex;

/**
 * What a pack job has done so far: a folder beside the shards with one small file for each checked range, each planned and each finished
 * shard. Every worker, on whatever machine, adds files of its own and never changes another's, so nothing needs a lock; a job that was
 * killed finds here what it need not do again. The folder goes when the data set is complete.
 *
 * <p>The file of a range, a plan or a shard that was written ahead is {@code CRC-32C of the rest (u32) | CheckedRange, ShardPlan or AheadEntry}. It is renamed into place but not forced to the disk: after a power
 * cut its checksum tells whether it is whole, and checking a range again is cheap. A shard's file is JSON and is forced to the disk.
 *
 * <p>Safe for use by many threads and processes.
 */
final class Journal {

    /** Raised whenever the files' meaning changes: a journal of another version is not continued. */
    static final int VERSION = 4;

    private static final String JOB = "job.json";
    private static final String REPLACES = "replaces";

    /** Shards of a job that replaces a complete data set lie here until all are whole. */
    private static final String STAGE = "shards";

    /** Shards that were written while their samples were checked lie here until the plan says that they became what they were to be. */
    private static final String AHEAD = "ahead";

    /** Behind the name of a shard that lies there. */
    private static final String WRITTEN_AHEAD = ".ahead";

    /** Behind the name of a shard; no other entry ends so. */
    private static final String SHARD = ".shard.json";

    /** Behind the name of a shard: what was left out of it. */
    private static final String BAD = ".bad.json";

    /** Behind the name of a shard of frames: what became of each, and small images of some. */
    private static final String FRAMES = ".frames.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    /** @param folder beside the shards, which other processes may write too */
    Journal(Path folder) {
        this.folder = folder;
        Places.isWritten(folder.toAbsolutePath().getParent());
    }

    /**
     * Continues the journal of the same job, or begins a new one in place of another job's. The shards of the data set that this
     * job replaces are noted first, so that they can be removed when the new ones are there. Where a complete data set of this prefix
     * is there, it stays as it is until {@link #publish}.
     *
     * @param fingerprint of the job: what is packed and how
     * @param dataset     the description of a complete data set of this prefix; it need not be there
     */
    void begin(String fingerprint, Path dataset) throws IOException {
        Set<String> replaced = new LinkedHashSet<>(DatasetFile.shards(dataset));
        if (isOf(fingerprint)) {
            return;
        }
        JsonNode job = job();
        job.path(REPLACES).forEach(name -> replaced.add(name.asText()));
        replaced.addAll(finishedShards());
        remove();
        Files.createDirectories(folder.resolve(AHEAD));
        ObjectNode node = JSON.createObjectNode();
        node.put("version", VERSION);
        node.put("fingerprint", fingerprint);
        if (Files.exists(dataset)) {
            stage();
        }
        replaced.forEach(node.putArray(REPLACES)::add);
        Storage.write(folder.resolve(JOB), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node));
    }

    /** Where who starts a job and its workers in other processes tell each other of it. */
    JobSigns signs(String job) {
        return new JobSigns(folder, job);
    }

    /** The shards of other jobs with this prefix, complete or not, that this job replaces. */
    private List<String> replaced() throws IOException {
        List<String> names = new ArrayList<>();
        job().path(REPLACES).forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Nothing is to be seen under its name before {@link #publish}. */
    void stage() throws IOException {
        Files.createDirectories(folder.resolve(STAGE));
    }

    /** Where a shard is written that will lie at {@code target} in the end. */
    Path place(Path target) {
        Path stage = folder.resolve(STAGE);
        return Files.isDirectory(stage) ? stage.resolve(target.getFileName()) : target;
    }

    /** The shard that will lie at {@code target}, if it was finished and its file is as it was then. */
    Optional<PackedShard> whole(Path target) throws IOException {
        Optional<PackedShard> finished = finished(target.getFileName().toString());
        if (finished.isPresent()
                && (finished.get().isWhole(place(target)) || finished.get().isWhole(target))) {
            return finished;
        }
        return Optional.empty();
    }

    /**
     * Gives the finished shards their places and removes those that they replace. From here on the data set that was there before is
     * gone; after a kill the job is to be run again.
     *
     * @param shards all of the new data set
     */
    void publish(OutputNames names, List<PackedShard> shards) throws IOException {
        Storage storage = Storage.of(folder);
        storage.delete(names.dataset());
        Set<String> mine = new HashSet<>();
        for (PackedShard shard : shards) {
            Path target = names.folder().resolve(shard.file());
            mine.add(shard.file());
            for (Path file : List.of(target, RecordIndex.pathFor(target))) {
                if (!place(file).equals(file) && Files.exists(place(file))) {
                    storage.move(place(file), file);
                }
            }
        }
        names.remove(replaced(), mine);
    }

    private JsonNode job() throws IOException {
        Path file = folder.resolve(JOB);
        return Files.exists(file) ? JsonFile.read(file) : MissingNode.getInstance();
    }

    private List<String> finishedShards() throws IOException {
        return Files.isDirectory(folder) ? shards(names()) : List.of();
    }

    /** The names of all entries. */
    Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    /** The finished shards among the names of entries. */
    static List<String> shards(Set<String> entries) {
        return entries.stream()
                .filter(name -> name.endsWith(SHARD) && !name.startsWith("."))
                .map(name -> name.substring(0, name.length() - SHARD.length()))
                .toList();
    }

    /** The name of a checked range's entry. */
    String name(SampleRange range) {
        return entry(range).getFileName().toString();
    }

    /** What the check of a range found, if it was done; a damaged entry counts as not done. */
    Optional<CheckedRange> checked(SampleRange range) throws IOException {
        return read(entry(range), CheckedRange::readFrom);
    }

    void add(CheckedRange checked) throws IOException {
        write(entry(checked.range()), checked::writeTo);
    }

    /** What shard {@code number}, counted over all splits, is to hold. */
    ShardPlan plan(int number) throws IOException {
        Path file = planned(number);
        return read(file, ShardPlan::readFrom)
                .orElseThrow(() -> lost(file.getFileName().toString()));
    }

    void add(int number, ShardPlan plan) throws IOException {
        write(planned(number), plan::writeTo);
    }

    /** Where a shard is written whose samples are being checked. The folder is made with the journal. */
    Path ahead(String shard) {
        return folder.resolve(AHEAD).resolve(shard);
    }

    /** Notes what a finished shard at {@link #ahead} holds. */
    void addAhead(ShardPlan plan, PackedShard shard) throws IOException {
        write(entry(shard.file(), WRITTEN_AHEAD), new AheadEntry(plan.digest(), shard)::writeTo);
    }

    /**
     * Adds a shard that was written ahead as finished, and moves it to its place.
     *
     * @param plan   what it must hold
     * @param target where it will lie in the end
     * @return false if there is none of that plan
     */
    boolean adopt(ShardPlan plan, Path target) throws IOException {
        String shard = target.getFileName().toString();
        Optional<AheadEntry> entry = read(entry(shard, WRITTEN_AHEAD), AheadEntry::readFrom);
        if (entry.isEmpty() || !entry.get().plan().equals(plan.digest()) || !Files.exists(ahead(shard))) {
            return false;
        }
        Storage storage = Storage.of(folder);
        for (Path file : List.of(RecordIndex.pathFor(target), target)) {
            Path from = ahead(file.getFileName().toString());
            if (Files.exists(from)) {
                storage.move(from, place(file));
            }
        }
        add(entry.get().shard());
        return true;
    }

    /** The error for an entry that must be there and is not. */
    IOException lost(String entry) {
        return new DataException(
                Kind.MISSING, folder.toString(), "the entry of " + entry + " is lost; do all workers see this folder?");
    }

    /** Reads the content of an entry. */
    @FunctionalInterface
    private interface Reader<T> {
        T readFrom(DataInput in) throws IOException;
    }

    /** The content of an entry, behind its checksum; empty if it is not there or damaged. */
    private static <T> Optional<T> read(Path entry, Reader<T> reader) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(entry);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (bytes.length < Integer.BYTES || ByteBuffer.wrap(bytes).getInt() != checksum(bytes)) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.readFrom(
                    new DataInputStream(new ByteArrayInputStream(bytes, Integer.BYTES, bytes.length - Integer.BYTES))));
        } catch (IOException | IllegalArgumentException e) {
            throw new DataException(Kind.CORRUPT, entry.toString(), "is no entry of a journal: " + e.getMessage(), e);
        }
    }

    /** Writes the content of an entry. */
    @FunctionalInterface
    private interface Content {
        void writeTo(DataOutput out) throws IOException;
    }

    private void write(Path entry, Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0);
        content.writeTo(out);
        byte[] whole = bytes.toByteArray();
        ByteBuffer.wrap(whole).putInt(checksum(whole));
        try (PendingFile file = Storage.of(entry).create(entry)) {
            file.write(ByteBuffer.wrap(whole));
            file.commitUnsynced();
        }
    }

    /** A shard that was finished, if it was. */
    Optional<PackedShard> finished(String shard) throws IOException {
        Path file = entry(shard, SHARD);
        return Files.exists(file) ? Optional.of(PackedShard.readFrom(JsonFile.read(file))) : Optional.empty();
    }

    void add(PackedShard shard) throws IOException {
        ObjectNode node = JSON.createObjectNode();
        shard.writeTo(node);
        Storage.write(entry(shard.file(), SHARD), JSON.writeValueAsBytes(node));
    }

    /** Notes what was left out of a shard; before the shard itself, so that a shard that is listed has its bad frames listed. */
    void addBad(String shard, List<BadSample> bad) throws IOException {
        ArrayNode list = JSON.createArrayNode();
        bad.forEach(sample -> DatasetFile.write(sample, list.addObject()));
        Storage.write(entry(shard, BAD), JSON.writeValueAsBytes(list));
    }

    /** What was left out of a finished shard. */
    List<BadSample> bad(String shard) throws IOException {
        List<BadSample> bad = new ArrayList<>();
        for (JsonNode sample : JsonFile.read(entry(shard, BAD))) {
            bad.add(DatasetFile.bad(sample));
        }
        return bad;
    }

    /** Notes what became of the frames that a shard is made of; before the shard itself. */
    void addFrames(String shard, FrameTally tally, List<Thumbnails.Thumbnail> thumbnails) throws IOException {
        ObjectNode node = JSON.createObjectNode();
        tally.writeTo(node.putObject("tally"));
        ArrayNode images = node.putArray("thumbnails");
        for (Thumbnails.Thumbnail image : thumbnails) {
            images.addObject().put("caption", image.caption()).put("jpeg", image.jpeg());
        }
        Storage.write(entry(shard, FRAMES), JSON.writeValueAsBytes(node));
    }

    /** What became of the frames of a finished shard. */
    FrameTally tally(String shard) throws IOException {
        return FrameTally.readFrom(JsonFile.read(entry(shard, FRAMES)).path("tally"));
    }

    /** Small images of a finished shard. */
    List<Thumbnails.Thumbnail> thumbnails(String shard) throws IOException {
        List<Thumbnails.Thumbnail> images = new ArrayList<>();
        for (JsonNode image : JsonFile.read(entry(shard, FRAMES)).path("thumbnails")) {
            images.add(new Thumbnails.Thumbnail(
                    image.path("caption").asText(), image.path("jpeg").binaryValue()));
        }
        return images;
    }

    /** Whether this is the journal of this job, which began earlier. */
    boolean isOf(String fingerprint) throws IOException {
        return job().path("version").asInt() == VERSION
                && job().path("fingerprint").asText().equals(fingerprint);
    }

    /** The entry of something of this name, which may be that of a file in a folder. */
    private Path entry(String shard, String suffix) {
        return folder.resolve(shard.replace("%", "%25").replace("/", "%2F") + suffix);
    }

    /** Removes the journal: its job is done, or will not be continued. */
    void remove() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path); // a store has no folder without files
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Path entry(SampleRange range) {
        return folder.resolve(String.format(Locale.ROOT, "checked-%d-%012d", range.list(), range.first()));
    }

    private Path planned(int number) {
        return folder.resolve(String.format(Locale.ROOT, "plan-%05d", number));
    }

    private static int checksum(byte[] entry) {
        CRC32C crc = new CRC32C();
        crc.update(entry, Integer.BYTES, entry.length - Integer.BYTES);
        return (int) crc.getValue();
    }
}
