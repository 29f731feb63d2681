package org.batchmill.jobs.task;

import java.io.IOException;
import org.batchmill.batches.Batch;
import org.batchmill.records.SampleSource;
import org.batchmill.train.network.Network;

/** Samples, and what a trained network says of them. Used by one thread. */
public interface Predictions {

    /** Takes a batch with its outputs, [rows][outputSize]; both are lent for the call. */
    interface Taker {
        void take(Batch batch, float[] outputs) throws IOException;
    }

    Network network();

    /** What was learnt from. */
    SampleSource training();

    /** What was validated on; null for nothing. */
    SampleSource validation();

    /** Predicts at most so many samples from all over a source. */
    void each(SampleSource.Indexed source, int most, Taker taker) throws IOException, InterruptedException;
}
