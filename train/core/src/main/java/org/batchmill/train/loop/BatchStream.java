package org.batchmill.train.loop;

import java.io.IOException;
import org.batchmill.batches.Batch;

/** Batches in order, with a position in that order. Used by one thread at a time; {@link #close()} may come from another. */
public interface BatchStream extends AutoCloseable {

    /**
     * Waits for the next batch. Interruptible: after an interrupt {@link #state()} stands where it stood.
     *
     * @return the caller closes it; null at the end
     * @throws IOException if the data is bad beyond what is tolerated, or cannot be read
     */
    Batch next() throws IOException, InterruptedException;

    /** The position behind the last batch returned, as an opaque value that an equal stream can be opened at. */
    String state();

    /**
     * How many samples are expected behind the last batch, where bad ones that were left out make them fewer than was planned; -1 for as many as
     * was planned. A function of {@link #state()}, so that a run that is resumed expects the same.
     */
    default long expectedSamples() {
        return -1;
    }

    /**
     * Whether the next batch takes nothing but work: it is not one that others have yet to send. Such a batch may be got while a device still
     * learns the one before.
     */
    default boolean isAtHand() {
        return true;
    }

    @Override
    void close() throws IOException;
}
