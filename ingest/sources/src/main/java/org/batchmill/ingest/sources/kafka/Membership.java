package org.batchmill.ingest.sources.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the thread that polls and those that read share: the partitions, the messages that wait, and how far a hand-over is.
 *
 * <p>A rebalance is a hand-over in steps. The poll thread is told that partitions are revoked, runs {@code onRevoked}, and holds the
 * rebalance up until the reader, having saved and committed, calls {@link #release()}; then the group goes on, and {@link
 * #awaitAssignment()} returns the next assignment. A reader that does not release in time, or that the group has given up, has lost its
 * partitions: whatever it does next under that assignment's generation ends in a {@link PartitionsLostException}, and its commits are
 * dropped.
 *
 * <p>Safe for use by many threads.
 */
final class Membership {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final long COMMIT_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum State {
        /** No partitions yet, or none any more. */
        JOINING,
        /** Partitions were given, nobody reads them yet. */
        ASSIGNED,
        READING,
        /** They are to be given back; the reader has not released them yet. */
        REVOKING
    }

    /**
     * Positions that the broker is to keep.
     *
     * @param stored is run, on the poll thread, when it does
     */
    record Commit(Map<Integer, OffsetAndMetadata> positions, Runnable stored) {
        Commit {
            positions = Map.copyOf(positions);
        }
    }

    private final String topic;
    private final int mostMessages;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<Integer, Lane> lanes = new TreeMap<>();
    private State state = State.JOINING;
    private Assignment assignment = new Assignment(0, Map.of());
    private Map<Integer, Long> wantedStart;
    private Commit wantedCommit;
    private long commitNotBefore;
    private IOException failure;
    private Runnable onRevoked;
    private boolean closing;

    /** @param mostMessages so many of a partition may wait for the reader */
    Membership(String topic, int mostMessages) {
        this.topic = topic;
        this.mostMessages = mostMessages;
    }

    // What readers ask.

    /** What is run, on the poll thread, when partitions are to be given back; null has them given back at once. */
    void onRevoked(Runnable action) {
        lock.lock();
        try {
            onRevoked = action;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for partitions.
     *
     * @throws TopicException if there will be none: this is closed
     */
    Assignment awaitAssignment() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (state != State.ASSIGNED && state != State.READING) {
                throwIfFailed();
                if (closing) {
                    throw new TopicException(topic + ": closed while partitions were waited for");
                }
                changed.await();
            }
            return assignment;
        } finally {
            lock.unlock();
        }
    }

    /** Begins to fetch; false if the assignment is no longer valid. */
    boolean start(Assignment of, Map<Integer, Long> offsets) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            throwIfFailed();
            if (assignment.generation() != of.generation() || (state != State.ASSIGNED && state != State.READING)) {
                return false; // its offsets are not for the partitions that come next
            }
            wantedStart = Map.copyOf(offsets);
            while (wantedStart != null) {
                throwIfFailed();
                changed.await();
            }
            return isOwned(of.generation());
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next message of a partition. */
    ConsumerRecord<byte[], byte[]> take(long generation, int partition) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                throwIfNotOwned(generation);
                ConsumerRecord<byte[], byte[]> message =
                        state == State.READING ? lanes.get(partition).poll() : null;
                if (message != null) {
                    return message;
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next message of any partition, in turns: the one that follows {@code last} goes first, and is waited for unless it
     * is at its end. So the order of a topic that nobody writes to does not depend on timing.
     *
     * @param deadline by {@link System#nanoTime()}; looked at only while all partitions are at their ends
     * @return null if the deadline has passed
     */
    ConsumerRecord<byte[], byte[]> takeAfter(long generation, int last, Long deadline)
            throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                throwIfNotOwned(generation);
                Lane next = state == State.READING ? firstNotAtEnd(last) : null;
                ConsumerRecord<byte[], byte[]> message = next == null ? null : next.poll();
                if (message != null) {
                    return message;
                }
                if (state != State.READING || next != null || deadline == null) {
                    changed.await();
                } else if (changed.awaitNanos(deadline - System.nanoTime()) <= 0) {
                    return null;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The message that {@link #takeAfter} would give; null if it is not here yet. */
    ConsumerRecord<byte[], byte[]> pollAfter(long generation, int last) throws IOException {
        lock.lock();
        try {
            throwIfNotOwned(generation);
            Lane next = state == State.READING ? firstNotAtEnd(last) : null;
            return next == null ? null : next.poll();
        } finally {
            lock.unlock();
        }
    }

    private Lane firstNotAtEnd(int last) {
        for (Map<Integer, Lane> part : List.of(lanes.tailMap(last, false), lanes.headMap(last, true))) {
            for (Lane lane : part.values()) {
                if (!lane.atEnd()) {
                    return lane;
                }
            }
        }
        return null;
    }

    /** @throws PartitionsLostException if what is learnt now may be learnt by others too */
    void requireOwned(long generation) throws IOException {
        lock.lock();
        try {
            throwIfNotOwned(generation);
        } finally {
            lock.unlock();
        }
    }

    private void throwIfNotOwned(long generation) throws IOException {
        throwIfFailed();
        if (!isOwned(generation)) {
            throw new PartitionsLostException(topic);
        }
    }

    private boolean isOwned(long generation) {
        return assignment.generation() == generation && (state == State.READING || state == State.REVOKING);
    }

    private void throwIfFailed() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Has the broker keep positions, instead of earlier ones that it does not have yet; dropped if the partitions are lost. */
    void commit(long generation, Commit commit) {
        lock.lock();
        try {
            if (isOwned(generation)) {
                wantedCommit = commit;
                commitNotBefore = System.nanoTime();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the broker has what was committed last; false if it has not by then. */
    boolean awaitCommit(Duration longest) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = longest.toNanos();
            while (wantedCommit != null && failure == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            return wantedCommit == null;
        } finally {
            lock.unlock();
        }
    }

    /** Gives partitions back that were revoked; does nothing if none were. */
    void release() {
        lock.lock();
        try {
            if (state == State.REVOKING) {
                leave();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Messages of the partitions that were not taken yet. */
    long lag() {
        lock.lock();
        try {
            return lanes.values().stream().mapToLong(Lane::lag).sum();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // What the poll thread tells and asks.

    boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /** Reading has ended for good. The first cause counts: others follow from it. */
    void fail(IOException cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Partitions were given to this member. */
    void assigned(Map<Integer, Assignment.Found> found) {
        lock.lock();
        try {
            assignment = new Assignment(assignment.generation() + 1, found);
            wantedStart = null;
            lanes.clear();
            found.keySet().forEach(partition -> lanes.put(partition, new Lane(mostMessages)));
            state = State.ASSIGNED;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Hands the offsets that a reader wants to begin at to {@code seek}, if one does. */
    void startIfWanted(BiConsumer<Integer, Long> seek) {
        lock.lock();
        try {
            if (wantedStart != null && (state == State.ASSIGNED || state == State.READING)) {
                wantedStart.forEach((partition, offset) -> {
                    lanes.get(partition).clear();
                    seek.accept(partition, offset);
                });
                wantedStart = null;
                state = State.READING;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes messages in.
     *
     * @param lanesNow is given every lane afterwards
     */
    void accept(Iterable<ConsumerRecord<byte[], byte[]>> messages, BiConsumer<Integer, Lane> lanesNow) {
        lock.lock();
        try {
            if (state != State.READING) {
                return;
            }
            for (ConsumerRecord<byte[], byte[]> message : messages) {
                lanes.get(message.partition()).add(message);
            }
            lanes.forEach(lanesNow);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What is to be committed now; null for nothing. */
    Commit commitDue() {
        lock.lock();
        try {
            return isCommitDue() ? wantedCommit : null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isCommitDue() {
        return wantedCommit != null && System.nanoTime() - commitNotBefore >= 0;
    }

    /** The broker has it. */
    @SuppressWarnings("ReferenceEquality") // another may have the same positions and somebody else who waits
    void stored(Commit commit) {
        commit.stored().run();
        lock.lock();
        try {
            if (wantedCommit == commit) {
                wantedCommit = null;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The broker could not be asked: a little later. */
    void commitLater() {
        lock.lock();
        try {
            commitNotBefore = System.nanoTime() + COMMIT_AGAIN_NANOS;
        } finally {
            lock.unlock();
        }
    }

    /** Partitions are to be given back; they are gone at once if nobody reads them or wants to be told. */
    void revoking() {
        Runnable tell;
        lock.lock();
        try {
            if (closing || state != State.READING || onRevoked == null) {
                leave();
                return;
            }
            state = State.REVOKING;
            changed.signalAll();
            tell = onRevoked;
        } finally {
            lock.unlock();
        }
        tell.run();
    }

    /**
     * Waits a little for the reader to release the partitions, or for a commit to be due.
     *
     * @return whether they are released, or lost because the deadline has passed
     */
    boolean handedOver(long deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(50);
            while (state == State.REVOKING && !isCommitDue() && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (state == State.REVOKING && (closing || System.nanoTime() - deadline > 0)) {
                LOG.warn("{}: the partitions were not released in time", topic);
                leave();
            }
            return state != State.REVOKING;
        } finally {
            lock.unlock();
        }
    }

    /** The partitions are gone. */
    void lost() {
        lock.lock();
        try {
            leave();
        } finally {
            lock.unlock();
        }
    }

    /** The lock is held. */
    private void leave() {
        state = State.JOINING;
        wantedStart = null;
        wantedCommit = null;
        lanes.clear();
        changed.signalAll();
    }
}
