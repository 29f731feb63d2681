package org.batchmill.train.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void shouldRunEachPartOnceInEveryRound(int threads) {
        try (Workers workers = new Workers("test", threads)) {
            for (int round = 0; round < 2000; round++) {
                int parts = round % 7 + 1;
                AtomicIntegerArray runs = new AtomicIntegerArray(parts);
                workers.run(parts, (part, worker) -> {
                    assertThat(worker).isBetween(0, threads - 1);
                    runs.incrementAndGet(part);
                });
                for (int i = 0; i < parts; i++) {
                    assertThat(runs.get(i)).isEqualTo(1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldTellOfAFailureAndGoOnWorking(int threads) {
        try (Workers workers = new Workers("test", threads)) {
            assertThatThrownBy(() -> workers.run(8, (part, worker) -> {
                        throw new IllegalArgumentException("part");
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("part");
            AtomicIntegerArray runs = new AtomicIntegerArray(8);
            workers.run(8, (part, worker) -> runs.incrementAndGet(part));
            assertThat(runs.toString()).isEqualTo("[1, 1, 1, 1, 1, 1, 1, 1]");
        }
    }
}
