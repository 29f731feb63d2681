package org.batchmill.jobs.input;

import java.io.IOException;
import org.batchmill.augment.DecodedSample;
import org.batchmill.augment.PooledBatch;
import org.batchmill.queues.pipeline.Pipeline;
import org.batchmill.queues.pipeline.PipelineException;
import org.batchmill.queues.pipeline.PipelineMetrics;
import org.batchmill.queues.pipeline.PipelineState;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.batchmill.train.loop.BatchStream;

/** The batches of a running pipeline. Closing it ends the pipeline and frees what is called with it. Used by one thread at a time. */
public final class PipelineBatches implements BatchStream {

    private final Pipeline<Sample, DecodedSample, PooledBatch> pipeline;
    private final PipelineMemory memory;
    private final long epochLength;
    private final long draws;

    /**
     * @param epochLength draws that make an epoch; 0 for a stream
     * @param epochs      how many; null for no end
     */
    PipelineBatches(
            Pipeline<Sample, DecodedSample, PooledBatch> pipeline,
            PipelineMemory memory,
            long epochLength,
            Long epochs) {
        this.pipeline = pipeline;
        this.memory = memory;
        this.epochLength = epochLength;
        this.draws = epochs == null ? 0 : epochLength * epochs;
    }

    @Override
    public PooledBatch next() throws IOException, InterruptedException {
        try {
            return pipeline.next();
        } catch (PipelineException e) {
            throw unwrapped(e);
        }
    }

    /** What the pipeline met is what the user should read, with what it says of the budget; not that a pipeline ended because of it. */
    private static IOException unwrapped(PipelineException e) {
        if (e.getCause() instanceof DataException data && !e.remark().isEmpty()) {
            return new DataException(data.kind(), data.where(), data.reason() + e.remark(), e);
        }
        if (e.getCause() instanceof IOException data) {
            return data;
        }
        if (e.getCause() instanceof RuntimeException programming) {
            throw programming;
        }
        throw e;
    }

    @Override
    public String state() {
        return pipeline.state().encode();
    }

    @Override
    public boolean isAtHand() {
        return epochLength > 0;
    }

    /** From the second epoch on, when each sample was met once: which are bad is known then. */
    @Override
    public long expectedSamples() {
        PipelineState state = pipeline.state();
        long bad = state.leftOut().size();
        if (draws == 0 || bad == 0 || state.sequence() < epochLength) {
            return -1;
        }
        double good = Math.max(0, epochLength - bad) / (double) epochLength;
        return Math.round((draws - state.sequence()) * good);
    }

    /** What the pipeline did so far. */
    public PipelineMetrics metrics() {
        return pipeline.metrics();
    }

    @Override
    public void close() throws IOException {
        pipeline.close();
        memory.close();
    }
}
