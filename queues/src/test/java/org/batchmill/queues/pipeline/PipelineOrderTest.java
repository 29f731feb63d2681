package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.batchmill.queues.random.SplitMix64;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class PipelineOrderTest {

    private static final IndexedSource<Integer> NUMBERS = IndexedSource.of(53, index -> (int) index);

    static List<String> drain(Pipeline<Integer, Ledger.Element, Ledger.Batch> pipeline) throws InterruptedException {
        List<String> batches = new ArrayList<>();
        for (Ledger.Batch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
            batches.add(batch.toString());
            batch.close();
        }
        return batches;
    }

    @Test
    void shouldGiveTheSameBatchesForAnyNumberOfWorkers() throws Exception {
        long seed = Seed.of(this);
        Set<List<String>> runs = new HashSet<>();
        for (int workers : new int[] {1, 2, 4, 8}) {
            Ledger ledger =
                    new Ledger(3).partners(3).bad(n -> n % 7 == 3).micros(n -> (int) (SplitMix64.mix(seed, n) & 255));
            try (var pipeline = PipelineBuilder.of(NUMBERS, ledger)
                    .shuffle(Shuffle.permutation())
                    .seed(seed)
                    .epochs(3L)
                    .batchSize(5)
                    .workers(workers)
                    .errors(ErrorPolicy.skip(100))
                    .start()) {
                runs.add(drain(pipeline));
            }
            ledger.expectNothingAlive();
        }
        assertThat(runs).hasSize(1);
        assertThat(runs.iterator().next()).hasSize((3 * (53 - 8) + 4) / 5);
    }
}
