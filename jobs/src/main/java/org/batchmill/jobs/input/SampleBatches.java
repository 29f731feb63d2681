package org.batchmill.jobs.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.batchmill.augment.DecodedSample;
import org.batchmill.augment.PooledBatch;
import org.batchmill.augment.SampleAssembler;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.BatchShape;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.ResourceOptions;
import org.batchmill.queues.pipeline.Autotune;
import org.batchmill.queues.pipeline.ErrorPolicy;
import org.batchmill.queues.pipeline.FinalBatch;
import org.batchmill.queues.pipeline.IndexedSource;
import org.batchmill.queues.pipeline.PipelineBuilder;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.queues.pipeline.PipelineState;
import org.batchmill.queues.pipeline.RowShare;
import org.batchmill.queues.pipeline.Sampling;
import org.batchmill.queues.pipeline.StreamSource;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;

/**
 * Opens streams of batches over one source, all of one shape. Safe for use by many threads; the source stays the caller's, and is closed after the
 * streams. Each stream has memory of its own, and reports at its end if any of it was not given back.
 */
public final class SampleBatches {

    /** With autotune: more batches than this ahead of the consumer bring nothing. */
    private static final int MAX_PREFETCH = 8;

    private final SampleSource source;
    /** Of what is made here. */
    private final BatchShape shape;

    private final int batch;
    private final RowShare share;
    private final Policy policy;
    private final InputOptions options;
    private final PipelineListener listener;
    private SampleOrder order;

    /**
     * @param options batch size, threads, order, seed and error policy; the policy's name in it is not looked at
     * @param listener is told of skipped samples, and of spans if it asks for them
     */
    public SampleBatches(
            SampleSource source, BatchShape shape, Policy policy, InputOptions options, PipelineListener listener) {
        this(source, shape, policy, options, listener, null);
    }

    /**
     * The rows of each batch that one rank of a gang learns from, in streams that are alike on all ranks.
     *
     * @param whole the shape of the batches of all ranks together
     * @param share null for all rows
     */
    public SampleBatches(
            SampleSource source,
            BatchShape whole,
            Policy policy,
            InputOptions options,
            PipelineListener listener,
            RowShare share) {
        this.source = source;
        this.batch = whole.rows();
        this.share = share;
        this.shape = share == null
                ? whole
                : new BatchShape(share.size(), whole.height(), whole.width(), whole.channels(), whole.format());
        this.policy = policy;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Opens a stream in the order that the options ask for.
     *
     * @param epochs how often the source is gone through; null for endless
     * @param state  where to go on, as {@link PipelineBatches#state()} gave it; null for the beginning
     * @throws IOException if the labels that are to be balanced cannot be read, or the cache's file cannot be made
     */
    public PipelineBatches shuffled(Long epochs, String state) throws IOException {
        return open(epochs, state, false);
    }

    /** As {@link #shuffled}, but one batch is made and given again and again: how fast the consumer is if data are free. */
    public PipelineBatches cached(Long epochs) throws IOException {
        return open(epochs, null, true);
    }

    /**
     * Opens a stream without end in the order that the options ask for, of which no batch holds samples of two epochs. Its batches lie in
     * memory of the caller's, and {@link PooledBatch#slot()} says where: the caller may keep all of them but one.
     *
     * @param memory a piece for each batch, direct, from its position on; at least two
     * @param last   what becomes of samples that do not fill a batch: one of those of each epoch
     * @param state  where to go on, as {@link PipelineBatches#state()} gave it; null for the beginning
     */
    public PipelineBatches within(List<ByteBuffer> memory, FinalBatch last, String state) throws IOException {
        SampleOrder asked = order();
        PipelineState begin = state == null ? null : position(state);
        PipelineMemory its = PipelineMemory.over(memory, shape, policy, options.maxPixels, options.resources);
        PipelineBuilder<Sample, DecodedSample, PooledBatch> builder = builder(its)
                .epochs(null)
                .prefetch(memory.size() - 1)
                .finalBatch(last)
                .key(sample -> SampleKinds.of(sample.labels()));
        asked.onto(builder);
        if (begin != null) {
            builder.restore(begin);
        }
        return started(builder, its, 0, null);
    }

    /** Opens a stream that goes through the source once, in its own order. */
    public PipelineBatches inOrder() {
        PipelineMemory memory = PipelineMemory.of(shape, policy, options.prefetch, options.maxPixels);
        return started(builder(memory).epochs(1L).prefetch(options.prefetch), memory, 0, 1L);
    }

    private PipelineBatches open(Long epochs, String state, boolean cached) throws IOException {
        SampleOrder asked = order();
        PipelineState begin = state == null ? null : position(state);
        Autotune limits = options.tunesItself() ? limits() : null;
        int prefetch = options.prefetch;
        if (limits != null) {
            // The consumer holds one batch more than is prefetched.
            long affordable = limits.maxBytes() / ((long) shape.rows() * shape.rowBytes()) - 1;
            prefetch = (int) Math.max(1, Math.min(prefetch, affordable));
        }
        PipelineMemory memory = PipelineMemory.caching(
                shape, policy, limits == null ? prefetch : limits.maxPrefetch(), options.maxPixels, options.resources);
        PipelineBuilder<Sample, DecodedSample, PooledBatch> builder = builder(memory)
                .epochs(epochs)
                .prefetch(prefetch)
                .key(sample -> SampleKinds.of(sample.labels()))
                .cached(cached);
        asked.onto(builder);
        if (limits != null) {
            builder.autotune(limits);
        }
        if (share != null) {
            builder.share(share);
        }
        if (begin != null) {
            builder.restore(begin);
        }
        long epochLength = source instanceof SampleSource.Indexed ? draws().epochLength() : 0;
        return started(builder, memory, epochLength, epochs);
    }

    private static PipelineState position(String state) throws DataException {
        try {
            return PipelineState.parse(state);
        } catch (IllegalArgumentException e) {
            throw new DataException(DataException.Kind.CORRUPT, Checkpoint.POSITION, e.getMessage(), e);
        }
    }

    private Autotune limits() {
        ResourceOptions resources = options.resources;
        int maxPrefetch = Math.max(options.prefetch, MAX_PREFETCH);
        try {
            return new Autotune(resources.maxWorkers, maxPrefetch, resources.maxInputMemory.count());
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private static PipelineBatches started(
            PipelineBuilder<Sample, DecodedSample, PooledBatch> builder,
            PipelineMemory memory,
            long epochLength,
            Long epochs) {
        try {
            return new PipelineBatches(builder.start(), memory, epochLength, epochs);
        } catch (IllegalArgumentException e) {
            memory.closeBecauseOf(e);
            throw new UsageException(e.getMessage(), e);
        } catch (RuntimeException e) {
            memory.closeBecauseOf(e);
            throw e;
        }
    }

    private synchronized SampleOrder order() throws IOException {
        if (order == null) {
            order = SampleOrder.of(source, options);
        }
        return order;
    }

    /**
     * The samples that an epoch draws, in any order.
     *
     * @throws UsageException if the source is a stream
     */
    public Sampling draws() throws IOException {
        if (source instanceof SampleSource.Indexed indexed) {
            return order().draws(indexed.size());
        }
        throw new UsageException("what a stream brings is known when it came");
    }

    /** A builder with all that does not depend on the order. */
    private PipelineBuilder<Sample, DecodedSample, PooledBatch> builder(PipelineMemory memory) {
        return over(memory.assembler())
                .seed(options.seed)
                .batchSize(batch)
                .workers(options.workerCount())
                .finalBatch(FinalBatch.SMALLER)
                .errors(
                        options.errorMode() == ErrorMode.FAIL
                                ? ErrorPolicy.fail()
                                : ErrorPolicy.skip(options.maxErrors))
                .skippable(DataException.class::isInstance)
                .listener(listener)
                .name("input");
    }

    private PipelineBuilder<Sample, DecodedSample, PooledBatch> over(SampleAssembler assembler) {
        return source.accept(new SampleSource.Visitor<>() {
            @Override
            public PipelineBuilder<Sample, DecodedSample, PooledBatch> indexed(SampleSource.Indexed samples) {
                return PipelineBuilder.of(IndexedSource.of(samples.size(), samples::read, samples::soon), assembler);
            }

            @Override
            public PipelineBuilder<Sample, DecodedSample, PooledBatch> stream(SampleSource.Stream samples) {
                return PipelineBuilder.of(new Streamed(samples), assembler);
            }
        });
    }

    /** A stream as the pipeline takes it. */
    private record Streamed(SampleSource.Stream samples) implements StreamSource<Sample> {
        @Override
        public Sample next() throws IOException, InterruptedException {
            return samples.next();
        }

        @Override
        public String position() {
            return samples.position();
        }

        @Override
        public void seek(String position) throws IOException {
            samples.seek(position);
        }
    }
}
