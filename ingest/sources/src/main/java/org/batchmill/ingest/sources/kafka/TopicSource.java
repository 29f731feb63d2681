package org.batchmill.ingest.sources.kafka;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.storage.Storage;

/**
 * The samples of a topic as a stream whose order can be had again. Samples form blocks; a block's list of positions is on the disk before
 * the first of its samples is handed out, and a keyed permutation orders it. A position in the stream is a line of text for a checkpoint:
 * {@link #seek} replays the journal from there, so that a run that was killed sees the samples that it would have seen.
 *
 * <p>The journal is followed as long as this member has the partitions that it was written with and nobody else has gone on from
 * its commits. After a rebalance that changed either, the block that was begun ends where it stood, and new ones are formed from what is
 * neither learnt here nor, by the commits in the group, elsewhere.
 *
 * <p>{@link #beginAnew()} or {@link #seek} comes first. These, {@link #next()} and {@link #position()} are called by one thread at a time;
 * everything else by one other.
 */
public final class TopicSource implements TopicStream {

    private static final String INSTANCE = "group-instance-id";
    private static final Duration COMMIT_PATIENCE = Duration.ofSeconds(30);

    private final KafkaCluster cluster;
    private final TopicOptions options;
    private final GroupMember poller;
    private final Membership member;
    private final BlockJournal journal;
    private final RecentBlocks recent;
    private final AtomicLong taken = new AtomicLong();
    private SampleCheck check = sample -> {};
    /** Null where nobody takes the same. */
    private BlockBoard board;

    private String run;
    private volatile long generation;
    private Reader reader;
    /** Null before the first block. */
    private LoadedBlock current;

    /** The block after it; null while nothing of it was gathered. */
    private GrowingBlock growing;

    private int handedOut;
    /** Blocks before this one are told nobody any more. */
    private long forgotten;

    private long nextNumber;
    private int nextEarlier;
    private String head;
    private String tail;

    private TopicSource(KafkaCluster cluster, TopicOptions options, GroupMember member, BlockJournal journal) {
        this.cluster = cluster;
        this.options = options;
        this.poller = member;
        this.member = member.membership();
        this.journal = journal;
        this.recent = new RecentBlocks(options.topic(), options.held().samples());
    }

    /**
     * Joins the group.
     *
     * @param folder for the journal and the name that the group knows the run by; this run's alone
     * @throws TopicException if the cluster cannot be reached or has no such topic
     */
    public static TopicSource open(KafkaCluster cluster, TopicOptions options, Path folder) throws IOException {
        BlockJournal journal = BlockJournal.open(folder);
        try {
            GroupMember member = GroupMember.join(cluster, options, instance(folder));
            return new TopicSource(cluster, options, member, journal);
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** The run's name as a member, which outlives its processes. */
    private static String instance(Path folder) throws IOException {
        Path file = folder.resolve(INSTANCE);
        if (!Files.exists(file)) {
            Storage.write(file, ("batchmill-" + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8));
        }
        return Files.readString(file).strip();
    }

    @Override
    public void expect(SampleCheck samples) {
        check = samples;
    }

    @Override
    public List<String> classes() {
        return options.classes();
    }

    /** Tells others what is taken here; set before anything is. */
    public void tell(BlockBoard others) {
        board = others;
    }

    /** Stands at the beginning of a new run: where the group stands, else where the options say. Waits for partitions. */
    @Override
    public void beginAnew() throws IOException, InterruptedException {
        run = UUID.randomUUID().toString().substring(0, 8);
        goTo(null);
    }

    // The stream.

    @Override
    public Sample next() throws IOException, InterruptedException {
        while (current == null || handedOut == current.size()) {
            turnPage();
        }
        growNext();
        Row row = current.row(handedOut);
        handedOut++;
        taken.incrementAndGet();
        if (row.failure() != null) {
            throw row.failure();
        }
        return row.sample();
    }

    /** The next block, from the journal as long as it has one. */
    private void turnPage() throws IOException, InterruptedException {
        try {
            show(journal.holds(nextNumber) ? replay(nextNumber) : form(), 0);
        } catch (DataException e) {
            throw new TopicException(e.getMessage(), e); // of the journal: no sample to pass over
        }
    }

    private void show(LoadedBlock loaded, int from) throws IOException {
        if (board != null) {
            board.post(TopicFollower.name(loaded.block().number()), TopicFollower.text(loaded));
        }
        current = loaded;
        handedOut = from;
        Block block = loaded.block();
        head = TopicPosition.head(run, block.number(), block.earlier());
        tail = TopicPosition.tail(block.start());
        nextNumber = block.number() + 1;
        nextEarlier = loaded.size();
        recent.add(loaded);
    }

    /** Stands before a block that was not begun. */
    private void standBefore(long number, int earlier, Map<Integer, PartitionPosition> positions) {
        current = null;
        handedOut = 0;
        head = TopicPosition.head(run, number, earlier);
        tail = TopicPosition.tail(positions);
        nextNumber = number;
        nextEarlier = earlier;
    }

    private LoadedBlock replay(long number) throws IOException, InterruptedException {
        Block block = journal.read(number);
        List<Row> rows = new ArrayList<>(block.entries().size());
        for (Block.Entry entry : block.entries()) {
            rows.add(reader.find(entry));
        }
        int size = journal.holds(number + 1) ? journal.read(number + 1).earlier() : block.size();
        return new LoadedBlock(block, rows, size);
    }

    private LoadedBlock form() throws IOException, InterruptedException {
        GrowingBlock block = growing == null ? new GrowingBlock(options, reader) : growing;
        block.fill();
        LoadedBlock formed = block.close(nextNumber, nextEarlier);
        growing = null;
        journal.append(formed.block());
        return formed;
    }

    /** Gathers a row of the block after this one; what the journal holds is read again when its turn comes. */
    private void growNext() throws IOException {
        if (growing == null && !journal.holds(nextNumber)) {
            growing = new GrowingBlock(options, reader);
        }
        if (growing != null) {
            growing.grow();
        }
    }

    @Override
    public String position() {
        return head + handedOut + tail;
    }

    @Override
    public void seek(String text) throws IOException {
        TopicPosition position = TopicPosition.parse(text);
        run = position.run();
        try {
            goTo(position);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the group was joined");
        }
    }

    /** Goes to a position of this run; null for its beginning. */
    private void goTo(TopicPosition position) throws IOException, InterruptedException {
        boolean begun = false;
        while (!begun) {
            begun = tryToGoTo(position);
        }
        if (board != null) {
            board.post(TopicFollower.BEGINNING, position());
        }
    }

    /** False if the partitions were lost meanwhile. */
    private boolean tryToGoTo(TopicPosition position) throws IOException, InterruptedException {
        Assignment assignment = member.awaitAssignment();
        Map<Integer, CommitNote> committed = new HashMap<>();
        assignment.partitions().forEach((partition, found) -> {
            if (found.committed() != null) {
                committed.put(partition, CommitNote.read(found.committed()));
            }
        });
        boolean alone = position != null && goesOnAlone(position, assignment, committed);
        Map<Integer, PartitionPosition> positions =
                alone ? position.start() : positions(position, assignment, committed);
        Map<Integer, Long> offsets = new HashMap<>();
        positions.forEach((partition, its) -> offsets.put(partition, its.offset()));
        if (!member.start(assignment, offsets)) {
            return false;
        }
        generation = assignment.generation();
        reader = new Reader(member, generation, options, check, positions);
        growing = null;
        if (!alone) {
            goOnAmongOthers(position, positions);
            return true;
        }
        try {
            goOn(position);
            return true;
        } catch (PartitionsLostException e) {
            return false; // while the block was read again: nothing was handed out yet
        }
    }

    /** Whether the partitions are those of the position's block, and nobody else has learnt from them since. */
    private boolean goesOnAlone(TopicPosition position, Assignment assignment, Map<Integer, CommitNote> committed) {
        return position.start().keySet().equals(assignment.partitions().keySet())
                && committed.values().stream().allMatch(note -> note.run().equals(run));
    }

    private void goOn(TopicPosition position) throws IOException, InterruptedException {
        if (position.handedOut() > 0) {
            show(replay(position.block()), position.handedOut());
        } else {
            standBefore(position.block(), position.earlier(), position.start());
        }
    }

    /** The block that was begun ends where it stands, and what was formed behind it is forgotten. */
    private void goOnAmongOthers(TopicPosition position, Map<Integer, PartitionPosition> positions) throws IOException {
        long number = position == null ? 0 : position.block();
        int earlier = position == null ? 0 : position.earlier();
        if (position != null && position.handedOut() > 0) {
            number++;
            earlier = position.handedOut();
        }
        journal.cutBehind(number - 1);
        standBefore(number, earlier, positions);
    }

    private Map<Integer, PartitionPosition> positions(
            TopicPosition position, Assignment assignment, Map<Integer, CommitNote> committed) throws IOException {
        Map<Integer, PartitionPosition> ours = position == null ? Map.of() : positionsBehind(position);
        Map<Integer, PartitionPosition> positions = new HashMap<>();
        assignment.partitions().forEach((partition, found) -> {
            CommitNote note = committed.get(partition);
            PartitionPosition own = ours.get(partition);
            if (own != null && (note == null || note.run().equals(run))) {
                positions.put(partition, own);
            } else if (note != null) {
                positions.put(partition, note.position());
            } else {
                boolean earliest = options.start() == TopicOptions.Start.EARLIEST;
                positions.put(partition, PartitionPosition.at(earliest ? found.begin() : found.end()));
            }
        });
        return positions;
    }

    private Map<Integer, PartitionPosition> positionsBehind(TopicPosition position) throws IOException {
        if (position.handedOut() == 0) {
            return position.start();
        }
        Optional<Block> block = recent.find(position.block());
        return (block.isPresent() ? block.get() : journal.read(position.block())).positionsBehind(position.handedOut());
    }

    // What a trainer does with it.

    /**
     * What is run, on a thread of the source, when partitions are to be given back: it has somebody save, commit and release. Null, as in
     * the beginning, for a reader that has nothing to save: they are lost at once.
     */
    public void onRevoked(Runnable action) {
        member.onRevoked(action);
    }

    /**
     * Tells the group how far this run has learnt.
     *
     * @param text as {@link #position()} gave it
     * @param stored   is run, on a thread of the source, when the broker has it: a little later, or never if the partitions are lost
     */
    public void commit(String text, Runnable stored) throws IOException {
        TopicPosition position = TopicPosition.parse(text);
        Map<Integer, OffsetAndMetadata> notes = new HashMap<>();
        positionsBehind(position)
                .forEach((partition, its) -> notes.put(partition, CommitNote.write(position.run(), its)));
        member.commit(generation, new Membership.Commit(notes, stored));
    }

    /** Waits until the broker has what was committed; false if it does not answer for half a minute. */
    public boolean awaitCommit() throws InterruptedException {
        return member.awaitCommit(COMMIT_PATIENCE);
    }

    /** Gives back what was revoked; does nothing if nothing was. */
    public void release() {
        member.release();
    }

    /** @throws PartitionsLostException if what is learnt now may be learnt by others too */
    public void requireOwned() throws IOException {
        member.requireOwned(generation);
    }

    /** Forgets the journal before a position that will not be gone back behind. */
    public void forgetBefore(String text) throws IOException {
        long block = TopicPosition.parse(text).block();
        journal.forgetBefore(block);
        while (board != null && forgotten < block) {
            board.forget(TopicFollower.name(forgotten++));
        }
    }

    /** Messages that the broker has and nobody took here. */
    public long lag() {
        return member.lag();
    }

    /** Samples handed out by this object, bad ones included. */
    public long taken() {
        return taken.get();
    }

    /** The last samples held out at a position, oldest first. */
    public List<Sample> heldOut(String text) throws DataException {
        return recent.heldOut(TopicPosition.parse(text).block());
    }

    /** What a checkpoint at a position must name: those of its own block come again when the block is replayed. */
    public List<SampleId> heldOutBefore(String text) throws DataException {
        return recent.heldOut(TopicPosition.parse(text).block() - 1).stream()
                .map(Sample::id)
                .toList();
    }

    /**
     * Fetches samples that {@link #heldOutBefore} named, behind a restart.
     *
     * @return how many are still there
     */
    public int holdOut(List<SampleId> ids) throws IOException, InterruptedException {
        List<Sample> found = new ArrayList<>();
        try (MessageLookup lookup = new MessageLookup(cluster)) {
            MessageReader messages = new MessageReader(options.format(), options.classes());
            for (SampleId id : ids) {
                MessagePosition position = MessagePosition.of(id);
                Optional<ConsumerRecord<byte[], byte[]>> message =
                        lookup.find(position.topic(), position.partition(), position.offset());
                if (message.isPresent()) {
                    found.add(messages.read(message.get()).get(position.row()));
                }
            }
        }
        recent.restoreHeldOut(found);
        return found.size();
    }

    /**
     * Where a sample came from.
     *
     * @param key of its message as text; empty where it has none
     */
    public record Provenance(String key, Instant time) {}

    /** Of a sample that was handed out lately. */
    public Optional<Provenance> provenance(SampleId id) {
        return recent.entry(id)
                .map(entry -> new Provenance(
                        entry.key() == null ? "" : new String(entry.key(), StandardCharsets.UTF_8),
                        Instant.ofEpochMilli(entry.timestamp())));
    }

    @Override
    public void close() throws IOException {
        poller.close();
        journal.close();
    }
}
