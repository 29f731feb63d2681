package org.batchmill.train.loop;

import java.io.IOException;
import org.batchmill.batches.Batch;

/**
 * Takes batches from a stream, measures the waiting, and lets another thread end it: an interrupt reaches the loop only while it
 * waits for data, never inside an engine or a file. One batch may be taken ahead of its step; nothing tells so before that step begins.
 */
final class BatchFeed implements AutoCloseable {

    /** What was taken ahead: a batch, the end, or what went wrong; and how the stream stood before. */
    private record Ahead(Batch batch, Exception failure, String state, long expectedSamples) {}

    private final BatchStream stream;
    private Ahead ahead;
    private Thread waiting;
    private boolean stopRequested;
    private long waitedNanos;

    BatchFeed(BatchStream stream) {
        this.stream = stream;
    }

    /** The next batch; null at the end and when a stop was requested. */
    Batch next() throws IOException, InterruptedException {
        if (ahead == null) {
            return take();
        }
        if (stopRequested()) {
            return null;
        }
        Ahead its = ahead;
        ahead = null;
        if (its.failure instanceof IOException e) {
            throw e;
        } else if (its.failure instanceof InterruptedException e) {
            throw e;
        } else if (its.failure instanceof RuntimeException e) {
            throw e;
        }
        return its.batch;
    }

    /**
     * Takes the batch that {@link #next} will give, if it is at hand. What goes wrong is thrown there.
     *
     * @return it stays here; null for none
     */
    Batch lookAhead() {
        if (!stream.isAtHand()) {
            return null;
        }
        String state = stream.state();
        long expected = stream.expectedSamples();
        try {
            ahead = new Ahead(take(), null, state, expected);
        } catch (IOException | InterruptedException | RuntimeException e) {
            ahead = new Ahead(null, e, state, expected);
        }
        return ahead.batch;
    }

    private Batch take() throws IOException, InterruptedException {
        synchronized (this) {
            if (stopRequested) {
                return null;
            }
            waiting = Thread.currentThread();
        }
        long start = System.nanoTime();
        try {
            return stream.next();
        } catch (InterruptedException e) {
            if (stopRequested()) {
                return null;
            }
            throw e;
        } finally {
            waitedNanos += System.nanoTime() - start;
            synchronized (this) {
                waiting = null;
                if (stopRequested) {
                    // The interrupt that requestStop sent may have come too late to be thrown.
                    Thread.interrupted();
                }
            }
        }
    }

    synchronized void requestStop() {
        stopRequested = true;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    synchronized boolean stopRequested() {
        return stopRequested;
    }

    /** Behind the last batch that {@link #next} gave. */
    String state() {
        return ahead == null ? stream.state() : ahead.state;
    }

    /** As {@link BatchStream#expectedSamples()}, where {@link #state()} stands. */
    long expectedSamples() {
        return ahead == null ? stream.expectedSamples() : ahead.expectedSamples;
    }

    /** Time spent waiting so far. */
    long waitedNanos() {
        return waitedNanos;
    }

    /** Takes waiting off that nobody noticed. */
    void forgive(long nanos) {
        waitedNanos -= nanos;
    }

    /** Gives back what was taken ahead and not asked for; the stream is its owner's. */
    @Override
    public void close() {
        if (ahead != null && ahead.batch != null) {
            ahead.batch.close();
        }
        ahead = null;
    }
}
