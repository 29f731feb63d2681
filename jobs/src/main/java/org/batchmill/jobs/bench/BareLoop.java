package org.batchmill.jobs.bench;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.BatchPool;
import org.batchmill.augment.DecodedSample;
import org.batchmill.augment.PooledBatch;
import org.batchmill.augment.SampleAssembler;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.BatchShape;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.Sampling;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.SampleSource;
import org.batchmill.records.arrow.ArrowMemory;

/**
 * The ceiling where {@link PlainLoop} has none: as many threads read, decode and transform the samples of epochs, as the pipeline's do, each into a
 * row of its own, with no queue, no order and no batch. Partners of a mosaic are decoded samples that are at hand.
 */
final class BareLoop implements Ceiling {

    private final SampleSource.Indexed source;
    private final Sampling draws;
    private final BatchShape row;
    private final Policy policy;
    private final InputOptions options;

    /** @param draws which samples an epoch draws */
    BareLoop(SampleSource.Indexed source, Sampling draws, BatchShape batch, Policy policy, InputOptions options) {
        this.source = source;
        this.draws = draws;
        this.row = new BatchShape(1, batch.height(), batch.width(), batch.channels(), batch.format());
        this.policy = policy;
        this.options = options;
    }

    @Override
    public double imagesPerSecond(long epochs) throws IOException, InterruptedException {
        try (BufferAllocator allocator = ArrowMemory.allocator();
                ImageDecoder decoder = new ImageDecoder(allocator, options.maxPixels);
                BatchPool pool = new BatchPool(row, options.workerCount(), allocator);
                SampleAssembler assembler = new SampleAssembler(pool, decoder, policy, allocator)) {
            return LoopThreads.perSecond(
                    options.workerCount(), epochs * draws.epochLength(), () -> new Rows(assembler, assembler.open(0)));
        }
    }

    @Override
    public String kind() {
        return "bare loop";
    }

    @Override
    public void close() {}

    /** A thread's row. */
    private final class Rows implements LoopThreads.Worker {

        private final SampleAssembler assembler;
        private final PooledBatch batch;

        Rows(SampleAssembler assembler, PooledBatch batch) {
            this.assembler = assembler;
            this.batch = batch;
        }

        @Override
        public boolean work(long number) throws IOException {
            try {
                one(assembler, batch, number);
                return true;
            } catch (DataException e) {
                if (options.errorMode() == ErrorMode.FAIL) {
                    throw e;
                }
                return false;
            }
        }

        @Override
        public void close() {
            batch.close();
        }
    }

    private void one(SampleAssembler assembler, PooledBatch batch, long number) throws IOException {
        long epoch = number / draws.epochLength();
        long index = number % draws.epochLength();
        Draw draw = new Draw(options.seed, epoch, number);
        DecodedSample decoded = assembler.decode(source.read(draws.index(options.seed, epoch, index)), draw);
        try {
            List<DecodedSample> partners = assembler.partners() == 0
                    ? List.of()
                    : List.of(decoded, decoded, decoded).subList(0, assembler.partners());
            assembler.write(batch, 0, decoded, partners, draw);
        } finally {
            assembler.release(decoded);
        }
    }
}
