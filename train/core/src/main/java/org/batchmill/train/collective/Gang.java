package org.batchmill.train.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.batchmill.train.engine.NativeFloats;

/**
 * What ranks tell each other over a {@link Collective}, in a form in which none is left waiting: each thing that may fail on one rank alone
 * is followed by an exchange of words, and a rank that failed uses its word to say so. Sums and broadcasts follow such an exchange at
 * once. Used by one thread; the collective stays the caller's to close.
 */
public final class Gang {

    /** Floats that a file is handed out in at a time. */
    private static final int PIECE = 1 << 22;

    /** Until the next message: as long as natives can count. */
    private static final Duration FOREVER = Duration.ofDays(20);

    private static final char WORD = 'w';
    private static final char FAILURE = 'f';

    /** Forward and back over some rows. */
    @FunctionalInterface
    public interface Pass {

        /** Returns the rows' share of the loss. */
        double run() throws IOException;
    }

    private final Collective collective;
    private final Duration deadline;
    private long waitedNanos;
    private boolean over;
    /** Whether all ranks are in a pass, where nobody listens to words. */
    private boolean inPass;

    /** Of what ranks tell in a pass. */
    private FloatBuffer slots = FloatBuffer.allocate(0);

    /** @param deadline how long a rank may be waited for */
    public Gang(Collective collective, Duration deadline) {
        this.collective = collective;
        this.deadline = deadline;
    }

    public int rank() {
        return collective.rank();
    }

    public int size() {
        return collective.size();
    }

    /** Whether this rank is the one that writes files and talks to people. */
    public boolean writes() {
        return rank() == 0;
    }

    /** Time spent in exchanges and sums so far: most of it is waiting for ranks that are slower. */
    public long waitedNanos() {
        return waitedNanos;
    }

    /**
     * What each rank has to say, by rank.
     *
     * @param place where this rank is, in words: all must be at the same
     * @throws RankFailedException if a rank {@linkplain #tell failed} instead
     * @throws LostRankException   if a rank is gone
     */
    public List<String> exchange(String place, String word) throws RankFailedException {
        List<String> told = gather(WORD + place + '\n' + word);
        List<String> words = new ArrayList<>(told.size());
        for (int rank = 0; rank < told.size(); rank++) {
            String its = told.get(rank);
            if (its.charAt(0) == FAILURE) {
                over = true;
                throw new RankFailedException(rank, its.substring(1));
            }
            int end = its.indexOf('\n');
            if (!its.substring(1, end).equals(place)) {
                over = true;
                throw new IllegalStateException(
                        "rank " + rank + " is at " + its.substring(1, end) + ", this one at " + place);
            }
            words.add(its.substring(end + 1));
        }
        return words;
    }

    private List<String> gather(String text) {
        return timed(() -> collective.gather(text, deadline));
    }

    /**
     * Ends the gang because of a failure of this rank: the others are told in place of the word that they wait for. Does nothing if the
     * gang is over already. Never throws: the failure is what counts. Who fails in {@linkplain #pass a pass} cannot tell, and leaves: the
     * others lose it.
     */
    public void tell(Throwable failure) {
        if (over || inPass) {
            over = true;
            return;
        }
        over = true;
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        try {
            collective.gather(FAILURE + message.lines().findFirst().orElse(""), deadline);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** What was to be learnt together is learnt: what a rank does from now on is no other's business, and nothing is told of it. */
    public void end() {
        over = true;
    }

    /** What all ranks do side by side, in which they {@linkplain #exchange(float[]) exchange} numbers. Behind an exchange of words. */
    public double pass(Pass work) throws IOException {
        inPass = true;
        double value = work.run();
        inPass = false;
        return value;
    }

    /**
     * What each rank tells, by rank: the same on all, to the last bit.
     *
     * @param own of this rank, as many on all
     */
    public List<float[]> exchange(float[] own) {
        int count = own.length * size();
        if (slots.capacity() < count) {
            slots = ByteBuffer.allocateDirect(count * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
        // A sum, to which each rank brings its part and zeros.
        FloatBuffer all = slots.slice(0, count);
        all.put(0, new float[count]);
        all.put(rank() * own.length, own);
        sum(NativeFloats.ofHost(all));
        List<float[]> told = new ArrayList<>(size());
        for (int rank = 0; rank < size(); rank++) {
            float[] its = new float[own.length];
            all.get(rank * own.length, its);
            told.add(its);
        }
        return told;
    }

    /** Replaces values by their sum over all ranks. Behind an {@link #exchange}. */
    public void sum(NativeFloats values) {
        beginSum(values).await();
    }

    /** Begins a sum beside what this thread does: see {@link Collective#beginSum}. */
    public Collective.PendingSum beginSum(NativeFloats values) {
        Collective.PendingSum begun = timed(() -> collective.beginSum(values, deadline));
        return () -> timed(() -> {
            begun.await();
            return null;
        });
    }

    private <T> T timed(Supplier<T> call) {
        long start = System.nanoTime();
        try {
            return call.get();
        } catch (LostRankException e) {
            over = true;
            throw e;
        } finally {
            waitedNanos += System.nanoTime() - start;
        }
    }

    /** Sends values to a rank: see {@link Collective#send}. */
    public void send(NativeFloats values, int to, int tag) {
        long start = System.nanoTime();
        try {
            collective.send(values, to, tag, deadline);
        } finally {
            waitedNanos += System.nanoTime() - start;
        }
    }

    /** Waits for values of a rank: see {@link Collective#receive}. */
    public void receive(NativeFloats values, int from, int tag) {
        long start = System.nanoTime();
        try {
            collective.receive(values, from, tag, deadline);
        } finally {
            waitedNanos += System.nanoTime() - start;
        }
    }

    /**
     * Waits for values of any rank, as long as it takes, while another thread does something else.
     *
     * @return whose they are
     */
    public int receiveOfAny(NativeFloats values, int tag) {
        return collective.receive(values, Collective.ANY, tag, FOREVER);
    }

    /** Makes a text known to all ranks: see {@link Collective#post}. */
    public void post(String name, String text) {
        collective.post(name, text);
    }

    /** What was posted under a name; null if nothing was: see {@link Collective#posted}. */
    public String posted(String name) {
        return collective.posted(name);
    }

    /** Forgets what was posted: see {@link Collective#forget}. */
    public void forget(String name) {
        collective.forget(name);
    }

    /** How long a rank may be waited for. */
    public Duration deadline() {
        return deadline;
    }

    /**
     * Requires that all ranks have the same.
     *
     * @param what it is, in words: {@code the options}
     * @throws IOException on every rank, if some rank has another than rank 0
     */
    public void requireEqual(String what, String value) throws IOException {
        List<String> values = exchange(what, value);
        for (int rank = 1; rank < values.size(); rank++) {
            if (!values.get(rank).equals(values.get(0))) {
                over = true;
                throw new IOException(what + " of rank " + rank + " differ from those of rank 0"
                        + (value.length() < 100 ? ": " + values.get(rank) + ", not " + values.get(0) : ""));
            }
        }
    }

    /**
     * Hands rank 0's bytes to all.
     *
     * @param bytes rank 0's, null for nothing; of the others not looked at
     * @return the same on every rank
     */
    public byte[] share(String what, byte[] bytes) throws IOException {
        String size = bytes == null ? "" : Integer.toString(bytes.length);
        String length = exchange(what, writes() ? size : "").get(0);
        if (length.isEmpty()) {
            return null;
        }
        byte[] all = writes() ? bytes : new byte[Integer.parseInt(length)];
        ByteBuffer piece = ByteBuffer.allocateDirect(Math.min(PIECE, (all.length + 3) / Float.BYTES) * Float.BYTES)
                .order(ByteOrder.nativeOrder());
        FloatBuffer floats = piece.asFloatBuffer();
        for (int from = 0; from < all.length; from += piece.capacity()) {
            int count = Math.min(piece.capacity(), all.length - from);
            if (writes()) {
                piece.put(0, all, from, count);
            }
            collective.broadcast(NativeFloats.ofHost(floats.slice(0, (count + 3) / Float.BYTES)), 0, deadline);
            piece.get(0, all, from, count);
        }
        return all;
    }
}
