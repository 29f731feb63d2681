package org.batchmill.jobs.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.SampleSource;
import org.batchmill.records.arrow.ArrowMemory;

/**
 * The ceiling of an input pipeline: as many threads read, decode and transform the samples of an epoch, each into a row of its own,
 * with no queue, no order and no batch. Partners of a mosaic are decoded samples that are at hand.
 */
final class BareLoop {

    private final SampleSource.Indexed source;
    private final Sampling draws;
    private final BatchShape row;
    private final Policy policy;
    private final InputOptions options;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** @param draws which samples an epoch draws */
    BareLoop(SampleSource.Indexed source, Sampling draws, BatchShape batch, Policy policy, InputOptions options) {
        this.source = source;
        this.draws = draws;
        this.row = new BatchShape(1, batch.height(), batch.width(), batch.channels(), batch.format());
        this.policy = policy;
        this.options = options;
    }

    /** Goes through an epoch; returns how many a second. */
    double imagesPerSecond() throws IOException, InterruptedException {
        AtomicLong next = new AtomicLong();
        AtomicLong done = new AtomicLong();
        List<WorkerThread> threads = new ArrayList<>();
        long start = System.nanoTime();
        try (BufferAllocator allocator = ArrowMemory.allocator();
                ImageDecoder decoder = new ImageDecoder(allocator, options.maxPixels);
                BatchPool pool = new BatchPool(row, options.workerCount(), allocator);
                SampleAssembler assembler = new SampleAssembler(pool, decoder, policy, allocator)) {
            for (int i = 0; i < options.workerCount(); i++) {
                threads.add(WorkerThread.of("bare-" + i, () -> run(assembler, next, done), e -> {
                    failure.compareAndSet(null, e);
                    next.set(draws.epochLength());
                }));
            }
            threads.forEach(Thread::start);
            try {
                for (WorkerThread thread : threads) {
                    thread.join();
                }
            } finally {
                // They write into memory that is freed behind this.
                next.set(draws.epochLength());
                threads.forEach(thread -> thread.joinFully(Long.MAX_VALUE / 2));
            }
        }
        Throwable ended = failure.get();
        if (ended instanceof IOException data) {
            throw data;
        } else if (ended != null) {
            throw new IllegalStateException(ended);
        }
        return done.get() / ((System.nanoTime() - start) * 1e-9);
    }

    private void run(SampleAssembler assembler, AtomicLong next, AtomicLong done)
            throws IOException, InterruptedException {
        try (PooledBatch batch = assembler.open(0)) {
            for (long i = next.getAndIncrement(); i < draws.epochLength(); i = next.getAndIncrement()) {
                try {
                    one(assembler, batch, i);
                    done.incrementAndGet();
                } catch (DataException e) {
                    if (options.errorMode() == ErrorMode.FAIL) {
                        throw e;
                    }
                }
            }
        }
    }

    private void one(SampleAssembler assembler, PooledBatch batch, long index) throws IOException {
        Draw draw = new Draw(options.seed, 0, index);
        DecodedSample decoded = assembler.decode(source.read(draws.index(options.seed, 0, index)), draw);
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
