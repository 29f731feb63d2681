package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What workers have to do with each other for a sample and for a batch must not grow with their number. */
@Timeout(300)
@Tag("concurrent")
class ScalingTest {

    private static final int BATCH = 32;
    private static final int BATCHES = 60;

    /** Workers that wait for the consumer are the more, the slower it is; those who wait for samples, the slower their decoding. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, 0",
        "2, 0, 0",
        "4, 0, 0",
        "16, 0, 0",
        "2, 500, 0",
        "16, 500, 0",
        "64, 500, 0",
        "2, 0, 100",
        "16, 0, 100"
    })
    void shouldTakeAsManyLocksForASampleWithAnyNumberOfWorkers(int workers, int consumerMicros, int decodingMicros)
            throws Exception {
        Ledger ledger = new Ledger().micros(n -> decodingMicros);
        int samples = BATCH * BATCHES;
        try (Pipeline<Integer, Ledger.Element, Ledger.Batch> pipeline = PipelineBuilder.of(
                        IndexedSource.of(samples, index -> (int) index), ledger)
                .batchSize(BATCH)
                .prefetch(2)
                .workers(workers)
                .start()) {
            Ledger.Batch batch = pipeline.next();
            while (batch != null) {
                batch.close();
                Ledger.pause(consumerMicros);
                batch = pipeline.next();
            }
            AssemblyLine.Traffic traffic = pipeline.traffic();
            PipelineMetrics metrics = pipeline.metrics();
            // Of a sample: asked for, placed, decoded, asked for, written. Of a batch: opened and sealed, each asked
            // for and told, and
            // taken by the consumer. Of a worker: told that there is no more, and dismissed.
            assertThat(traffic.locks()).isLessThanOrEqualTo(5L * samples + 5 * BATCHES + 4L * workers + 8);
            // Whoever is given a step wakes one worker at most, and so do an element's placing and the consumer; at the
            // end all wake.
            assertThat(traffic.wakings()).isLessThanOrEqualTo(3L * samples + 3 * BATCHES + 2L * workers + 8);
            assertThat(metrics.counts().bytes()).isEqualTo(4L * samples);
            assertThat(metrics.counts().samples()).isEqualTo(samples);
        }
        ledger.expectNothingAlive();
    }
}
