package org.batchmill.train.loop;

import java.io.IOException;
import java.util.function.Supplier;
import org.batchmill.batches.Batch;

/** What another stream gives, with something done before each batch. Closing it closes nothing. */
final class WatchedBatches implements BatchStream {

    /** What is done. */
    interface Before {

        /** @param number of the batch, from 1 */
        void batch(int number) throws IOException;
    }

    private final Supplier<BatchStream> whole;
    private final Before before;
    private int given;

    /** @param whole asked each time: a training may be given another stream */
    WatchedBatches(Supplier<BatchStream> whole, Before before) {
        this.whole = whole;
        this.before = before;
    }

    @Override
    public Batch next() throws IOException, InterruptedException {
        before.batch(++given);
        return whole.get().next();
    }

    @Override
    public String state() {
        return whole.get().state();
    }

    @Override
    public void close() {}
}
