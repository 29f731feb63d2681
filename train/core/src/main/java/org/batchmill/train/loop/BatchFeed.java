package org.batchmill.train.loop;

import java.io.IOException;
import org.batchmill.batches.Batch;

/**
 * Takes batches from a stream, measures the waiting, and lets another thread end it: an interrupt reaches the loop only while it
 * waits for data, never inside an engine or a file.
 */
final class BatchFeed {

    private final BatchStream stream;
    private Thread waiting;
    private boolean stopRequested;
    private long waitedNanos;

    BatchFeed(BatchStream stream) {
        this.stream = stream;
    }

    /** The next batch; null at the end and when a stop was requested. */
    Batch next() throws IOException, InterruptedException {
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

    String state() {
        return stream.state();
    }

    long expectedSamples() {
        return stream.expectedSamples();
    }

    /** Time spent waiting so far. */
    long waitedNanos() {
        return waitedNanos;
    }
}
