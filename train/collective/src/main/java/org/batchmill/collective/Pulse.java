package org.batchmill.collective;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.train.collective.GangAddress;

/**
 * Tells the others, at rank 0's store, that this rank is alive and how far it is. Gloo says that a connection broke or that time is up,
 * not whose fault it is: whose pulse stands still has ended or hangs; where all beat, who has made the fewest calls is behind.
 */
final class Pulse implements AutoCloseable {

    private static final long EVERY_NANOS = 500_000_000;

    /** How long a pulse is watched: several beats. */
    private static final long WATCH_NANOS = 4 * EVERY_NANOS;

    /** How long the store is waited for when it is asked whose fault something is: the gang is over anyway. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final SharedStore store;
    private final GangAddress address;
    private final WorkerThread thread;
    private final AtomicLong calls = new AtomicLong();
    /** The line of the first call that failed. */
    private String lost;

    private volatile boolean closed;

    Pulse(SharedStore store, GangAddress address) {
        this.store = store;
        this.address = address;
        beat(0);
        this.thread = WorkerThread.start("gang-pulse", this::beatOn, failure -> {});
    }

    /** This rank makes another call. */
    void next() {
        calls.incrementAndGet();
    }

    private void beatOn() {
        for (long beat = 1; !closed; beat++) {
            beat(beat);
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    private void beat(long number) {
        String told = number + " " + calls.get();
        store.ask(their -> {
            their.set(key(address.rank()), told);
            return null;
        });
    }

    private static String key(int rank) {
        return "pulse " + rank;
    }

    private record Beat(String number, long calls) {}

    private List<Beat> beats() {
        List<Beat> beats = new ArrayList<>();
        for (int rank = 0; rank < address.size(); rank++) {
            String key = key(rank);
            String[] words = store.ask(ANSWER, their -> their.get_to_str(key)).split(" ", -1);
            beats.add(new Beat(words[0], Long.parseLong(words[1])));
        }
        return beats;
    }

    /** One line about the rank because of which all calls of a kind failed. */
    String whoIsLost(Duration deadline, RuntimeException failure) {
        return line(deadline, failure);
    }

    /** One line about the rank because of which a message did not come or go: how many calls others made says nothing of it. */
    String whoIsStill(RuntimeException failure) {
        return line(null, failure);
    }

    /**
     * Looked for once: where one is lost all calls fail, those too that were begun before.
     *
     * @param deadline null where ranks are not behind by having made fewer calls
     */
    private synchronized String line(Duration deadline, RuntimeException failure) {
        if (lost == null) {
            lost = look(deadline, failure);
        }
        return lost;
    }

    /** All of it, whoever interrupts: ranks that are not given the time for a beat would be told dead. */
    private static void watch() {
        long end = System.nanoTime() + WATCH_NANOS;
        boolean interrupted = false;
        for (long left = WATCH_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private String look(Duration deadline, RuntimeException failure) {
        List<Beat> before;
        List<Beat> after;
        try {
            before = beats();
            watch();
            after = beats();
        } catch (RuntimeException e) {
            return store.noAnswer(e).getMessage();
        }
        List<Integer> still = new ArrayList<>();
        List<Integer> behind = new ArrayList<>();
        for (int rank = 0; rank < address.size(); rank++) {
            if (before.get(rank).number().equals(after.get(rank).number())) {
                still.add(rank);
            }
            if (after.get(rank).calls() < calls.get()) {
                behind.add(rank);
            }
        }
        if (!still.isEmpty()) {
            return Meeting.words(still) + (still.size() == 1 ? " has ended or hangs" : " have ended or hang");
        }
        if (deadline != null && !behind.isEmpty()) {
            return Meeting.words(behind) + " did not come within " + deadline.toSeconds() + " s (--rank-timeout)";
        }
        return "the ranks lost each other: " + Meeting.firstLine(failure);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        thread.joinFully(WATCH_NANOS);
    }
}
