package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream may have nothing for a while; what it has given must not wait for that. */
@Timeout(300)
@Tag("concurrent")
class WaitingStreamTest {

    /** Gives so many numbers, and then nothing until it is interrupted. */
    private static final class Drying implements StreamSource<Integer> {
        private final int size;
        private final CountDownLatch dry = new CountDownLatch(1);
        private int next;

        Drying(int size) {
            this.size = size;
        }

        @Override
        public Integer next() throws InterruptedException {
            if (next == size) {
                dry.countDown();
                new CountDownLatch(1).await();
            }
            return next++;
        }

        @Override
        public String position() {
            return Integer.toString(next);
        }

        @Override
        public void seek(String position) {
            next = Integer.parseInt(position);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void shouldDeliverEveryFullBatchWhileTheStreamGivesNothingMore(int workers) throws Exception {
        Drying stream = new Drying(12);
        Ledger ledger = new Ledger();
        int batches = 0;
        try (Pipeline<Integer, Ledger.Element, Ledger.Batch> pipeline = PipelineBuilder.of(stream, ledger)
                .batchSize(4)
                .prefetch(1)
                .workers(workers)
                .start()) {
            // The consumer comes when all that there is was read as far as the prefetch allows, and workers are
            // waiting.
            for (int i = 0; i < 3; i++) {
                pipeline.next().close();
                batches++;
                if (i == 1) {
                    stream.dry.await();
                }
            }
        }
        assertThat(batches).isEqualTo(3);
        ledger.expectNothingAlive();
    }
}
