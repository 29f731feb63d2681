package org.batchmill.ingest.packing;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.DataException;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.UsageException;

/** Runs a pipeline to its end, reports progress meanwhile, and finds the cause in what a runner throws. */
final class PipelineRun {

    private static final long PROGRESS_MILLIS = 200;

    private PipelineRun() {}

    /** Looks how far the work is; what it throws ends the run. */
    @FunctionalInterface
    interface Tick {
        void run() throws IOException;
    }

    /**
     * Runs.
     *
     * @param tick called a few times a second, and once at the end, on the calling thread
     * @throws InterruptedException if the calling thread was interrupted; the pipeline is cancelled
     */
    static void toEnd(Pipeline pipeline, Tick tick) throws IOException, InterruptedException {
        // Some runners return from run() at once and some at the end of the job, hence a thread of its own.
        WorkerPool thread = new WorkerPool("pack-pipeline", 1);
        try {
            Future<PipelineResult.State> running = thread.submit(() -> runAndWait(pipeline));
            while (true) {
                try {
                    PipelineResult.State state = running.get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
                    tick.run();
                    if (state != PipelineResult.State.DONE) {
                        throw new IOException("the pipeline ended as " + state);
                    }
                    return;
                } catch (TimeoutException e) {
                    tick.run();
                }
            }
        } catch (ExecutionException e) {
            throw cause(e);
        } finally {
            thread.close();
            thread.awaitEnd(10, TimeUnit.SECONDS);
        }
    }

    private static PipelineResult.State runAndWait(Pipeline pipeline) throws IOException {
        PipelineResult result = pipeline.run();
        try {
            return result.waitUntilFinish();
        } finally {
            if (Thread.currentThread().isInterrupted()) {
                result.cancel();
            }
        }
    }

    /** The error that a worker threw, out of the layers that Beam and its runner put around it. */
    private static IOException cause(Throwable thrown) {
        Throwable deepest = thrown;
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof DataException data) {
                return data;
            }
            if (at instanceof UsageException usage) {
                throw usage;
            }
            if (at instanceof MissingPartException missing) {
                throw missing;
            }
            if (at instanceof IOException io && io.getMessage() != null) {
                return io;
            }
            if (at instanceof Error error) {
                throw error; // no fault of the data
            }
            deepest = at;
        }
        return new IOException("the pipeline failed: " + deepest, thrown);
    }
}
