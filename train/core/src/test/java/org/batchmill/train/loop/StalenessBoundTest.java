package org.batchmill.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers of any speed, in any order: no gradient is staler than it may be, all of them are applied, and nobody waits for ever. */
class StalenessBoundTest {

    private static final int UPDATES = 2000;

    @Test
    void shouldBoundWhateverTheOrderOfWorkers() {
        RandomGenerator random = Seed.random(Seed.of(this));
        for (int round = 0; round < 20; round++) {
            check(random, 1 + random.nextInt(7), random.nextInt(8));
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 0", "5, 1", "5, 4", "2, 1", "1, 0"})
    void shouldBound(int workers, int most) {
        check(Seed.random(Seed.of(this)), workers, most);
    }

    private static void check(RandomGenerator random, int workers, int most) {
        StalenessBound bound = new StalenessBound(most);
        Deque<Integer> idle = new ArrayDeque<>();
        List<Integer> working = new ArrayList<>();
        List<Integer> arrived = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            idle.add(worker);
        }
        long updates = 0;
        int stalest = 0;
        while (updates < UPDATES) {
            while (!idle.isEmpty() && bound.mayPull()) {
                bound.pulls(idle.peek(), updates);
                working.add(idle.poll());
            }
            // Some arrive, favouring the first: it is much faster than the others.
            if (!working.isEmpty() && (arrived.isEmpty() || random.nextInt(3) > 0)) {
                arrived.add(working.remove(random.nextInt(3) == 0 ? random.nextInt(working.size()) : 0));
            }
            long before = updates;
            for (Integer worker : List.copyOf(arrived)) {
                if (bound.mayApply(worker, updates)) {
                    int staleness = bound.applies(worker, updates++);
                    assertThat(staleness).isBetween(0, most);
                    stalest = Math.max(stalest, staleness);
                    arrived.remove(worker);
                    idle.add(worker);
                    break;
                }
            }
            // Where all have come, one can be applied.
            assertThat(working.isEmpty() && updates == before).isFalse();
        }
        assertThat(stalest > 0).isEqualTo(workers > 1 && most > 0);
    }
}
