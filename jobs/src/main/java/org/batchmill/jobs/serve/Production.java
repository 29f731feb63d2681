package org.batchmill.jobs.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.augment.PooledBatch;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.queues.pipeline.FinalBatch;
import org.batchmill.queues.pipeline.PipelineState;
import org.batchmill.queues.threads.WorkerThread;

/** One pipeline, from a state on, and the thread that brings its batches into the window. Closed after all of its batches. */
final class Production {

    /** Where the batches go. Called by the production's thread. */
    interface Sink {
        /** Waits until there is room for a batch; false if none is wanted any more. */
        boolean awaitRoom(Production from) throws InterruptedException;

        /** Takes a batch over; false if it is not wanted any more, and still the caller's. */
        boolean add(Production from, Entry entry);

        /** No batch follows. */
        void fail(Production from, Throwable why);
    }

    private final PipelineBatches batches;
    private final TargetArrays targets;
    private final List<ByteBuffer> slots;
    private final Sink sink;
    private final long begin;
    private final String beginState;
    private WorkerThread feeder;

    private Production(PipelineBatches batches, TargetArrays targets, List<ByteBuffer> slots, Sink sink) {
        this.batches = batches;
        this.targets = targets;
        this.slots = slots;
        this.sink = sink;
        this.beginState = batches.state();
        this.begin = PipelineState.parse(beginState).batches();
    }

    /**
     * Opens the pipeline; {@link #start()} starts the thread.
     *
     * @param state null for the beginning
     */
    static Production open(
            SampleBatches samples,
            FinalBatch last,
            List<ByteBuffer> slots,
            TargetArrays targets,
            String state,
            Sink sink)
            throws IOException {
        return new Production(samples.within(slots, last, state), targets, slots, sink);
    }

    /** The number of its first batch. */
    long begin() {
        return begin;
    }

    /** The pipeline's state before that one. */
    String beginState() {
        return beginState;
    }

    void start() {
        feeder = WorkerThread.start("serve", this::feed, failure -> sink.fail(this, failure));
    }

    private void feed() throws IOException {
        try {
            String before = beginState;
            for (long number = begin; sink.awaitRoom(this); number++) {
                PooledBatch batch = batches.next();
                boolean taken = false;
                try {
                    Entry entry = entry(number, batch, before);
                    before = entry.after();
                    taken = sink.add(this, entry);
                } finally {
                    if (!taken) {
                        batch.close();
                    }
                }
            }
        } catch (InterruptedException e) {
            // It is being closed.
        }
    }

    private Entry entry(long number, PooledBatch batch, String before) throws IOException {
        String after = batches.state();
        targets.write(batch, slots.get(batch.slot()));
        List<String> ids = new ArrayList<>(batch.size());
        for (int row = 0; row < batch.size(); row++) {
            ids.add(batch.id(row).value());
        }
        return new Entry(
                number,
                PipelineState.parse(after).feed().epoch(),
                batch.slot(),
                batch.size(),
                List.copyOf(ids),
                batch,
                before,
                after);
    }

    /** Ends the thread. The batches that the sink took over are closed next, then {@link #close()} is called. */
    void stop() {
        if (feeder != null) {
            feeder.interrupt();
            feeder.joinFully(Long.MAX_VALUE);
        }
    }

    void close() throws IOException {
        batches.close();
    }
}
