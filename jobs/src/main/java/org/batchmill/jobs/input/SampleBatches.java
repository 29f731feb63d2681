package org.batchmill.jobs.input;

import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.BatchPool;
import org.batchmill.augment.BatchShape;
import org.batchmill.augment.DecodedSample;
import org.batchmill.augment.PooledBatch;
import org.batchmill.augment.SampleAssembler;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.queues.pipeline.ErrorPolicy;
import org.batchmill.queues.pipeline.FinalBatch;
import org.batchmill.queues.pipeline.IndexedSource;
import org.batchmill.queues.pipeline.Pipeline;
import org.batchmill.queues.pipeline.PipelineBuilder;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.queues.pipeline.PipelineState;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.queues.pipeline.StreamSource;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/**
 * Opens streams of batches over one source, all of one shape. Immutable; the source stays the caller's, and is closed after the
 * streams. Each stream has memory of its own, and reports at its end if any of it was not given back.
 */
public final class SampleBatches {

    private final SampleSource source;
    private final BatchShape shape;
    private final Policy policy;
    private final InputOptions options;
    private final PipelineListener listener;

    /**
     * @param options batch size, threads, order, seed and error policy; the policy's name in it is not looked at
     * @param listener hears of skipped samples, and of spans if it asks for them
     */
    public SampleBatches(
            SampleSource source, BatchShape shape, Policy policy, InputOptions options, PipelineListener listener) {
        this.source = source;
        this.shape = shape;
        this.policy = policy;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Opens a stream in the order that the options ask for.
     *
     * @param epochs how often the source is gone through; null for endless
     * @param state  where to go on, as {@link PipelineBatches#state()} gave it; null for the beginning
     */
    public PipelineBatches shuffled(Long epochs, String state) {
        return open(shuffle(), epochs, state);
    }

    /** Opens a stream that goes through the source once, in its own order. */
    public PipelineBatches inOrder() {
        return open(Shuffle.none(), 1L, null);
    }

    private Shuffle shuffle() {
        try {
            Shuffle asked = Shuffle.parse(options.shuffle());
            boolean global = asked instanceof Shuffle.Permutation;
            return global && source instanceof SampleSource.Stream ? Shuffle.window(DEFAULT_WINDOW) : asked;
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** A stream cannot be permuted as a whole: it is shuffled in windows of so many samples unless the user says otherwise. */
    private static final int DEFAULT_WINDOW = 4096;

    private PipelineBatches open(Shuffle shuffle, Long epochs, String state) {
        BufferAllocator allocator = new RootAllocator();
        ImageDecoder decoder = new ImageDecoder(allocator);
        // One more than may be ready: the batch that the consumer holds.
        BatchPool pool = new BatchPool(shape, options.prefetch() + 1, allocator);
        SampleAssembler assembler = new SampleAssembler(pool, decoder, policy, allocator);
        AutoCloseable memory = () -> {
            assembler.close();
            pool.close();
            decoder.close();
            allocator.close();
        };
        try {
            PipelineBuilder<Sample, DecodedSample, PooledBatch> builder = builder(assembler)
                    .shuffle(shuffle)
                    .seed(options.seed())
                    .epochs(epochs)
                    .batchSize(shape.rows())
                    .workers(options.workers())
                    .prefetch(options.prefetch())
                    .finalBatch(FinalBatch.SMALLER)
                    .errors(new ErrorPolicy(
                            options.onError(), options.onError() == ErrorPolicy.Mode.FAIL ? 0 : options.maxErrors()))
                    .skippable(DataException.class::isInstance)
                    .listener(listener)
                    .name("input");
            if (state != null) {
                builder.restore(PipelineState.parse(state));
            }
            Pipeline<Sample, DecodedSample, PooledBatch> pipeline = builder.start();
            return new PipelineBatches(pipeline, memory);
        } catch (IllegalArgumentException e) {
            closeQuietly(memory, e);
            throw new UsageException(e.getMessage(), e);
        } catch (RuntimeException e) {
            closeQuietly(memory, e);
            throw e;
        }
    }

    private static void closeQuietly(AutoCloseable memory, RuntimeException because) {
        try {
            memory.close();
        } catch (Exception e) {
            because.addSuppressed(e);
        }
    }

    private PipelineBuilder<Sample, DecodedSample, PooledBatch> builder(SampleAssembler assembler) {
        if (source instanceof SampleSource.Indexed indexed) {
            return PipelineBuilder.of(IndexedSource.of(indexed.size(), indexed::read), assembler);
        }
        SampleSource.Stream stream = (SampleSource.Stream) source;
        return PipelineBuilder.of(
                new StreamSource<Sample>() {
                    @Override
                    public Sample next() throws IOException, InterruptedException {
                        return stream.next();
                    }

                    @Override
                    public String position() {
                        return stream.position();
                    }

                    @Override
                    public void seek(String position) throws IOException {
                        stream.seek(position);
                    }
                },
                assembler);
    }
}
