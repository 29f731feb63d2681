package org.batchmill.benchmarks;

import java.util.List;
import org.batchmill.queues.pipeline.BatchAssembler;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.IndexedSource;
import org.batchmill.queues.pipeline.Pipeline;
import org.batchmill.queues.pipeline.PipelineBuilder;
import org.batchmill.queues.pipeline.Shuffle;

/** Elements whose decoding is so many steps of arithmetic, so that what is left of a pipeline's time is its own. */
record Arithmetic(int steps) implements BatchAssembler<Long, Long, long[]> {

    static final int BATCH = 32;

    static long work(long seed, int steps) {
        long x = seed;
        for (int i = 0; i < steps; i++) {
            x = x * 6364136223846793005L + 1442695040888963407L;
        }
        return x;
    }

    /** As many elements, in whole batches, as take about half a second. */
    static int elements(int steps) {
        return Math.max(10, 400_000_000 / steps / BATCH) * BATCH;
    }

    /** Takes so many elements, a multiple of {@link #BATCH}, through a pipeline of so many workers. */
    static void pipeline(int workers, int elements, int steps) throws InterruptedException {
        try (Pipeline<Long, Long, long[]> pipeline = PipelineBuilder.of(
                        IndexedSource.of(elements, index -> index), new Arithmetic(steps))
                .shuffle(Shuffle.permutation())
                .seed(1)
                .batchSize(BATCH)
                .workers(workers)
                .start()) {
            int rows = 0;
            while (pipeline.next() != null) {
                rows += BATCH;
            }
            if (rows != elements) {
                throw new IllegalStateException(rows + " rows instead of " + elements);
            }
        }
    }

    @Override
    public Long decode(Long element, Draw draw) {
        return work(element, steps);
    }

    @Override
    public long[] open(long index) {
        return new long[BATCH];
    }

    @Override
    public void write(long[] batch, int row, Long decoded, List<Long> partners, Draw draw) {
        batch[row] = decoded;
    }

    @Override
    public void seal(long[] batch, int rows) {}

    @Override
    public void release(Long decoded) {}

    @Override
    public void abandon(long[] batch) {}

    @Override
    public String name(Long element) {
        return "element " + element;
    }
}
