package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class LooperThreadTest {

    @Test
    void shouldLoopUntilTheCoordinatorStops() throws Exception {
        Coordinator coordinator = new Coordinator();
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        LooperThread thread = new LooperThread(coordinator, null) {
            @Override
            protected void startLoop() {
                calls.add("start");
            }

            @Override
            protected void runLoop() {
                calls.add("run");
                if (calls.size() == 3) {
                    coordinator.requestStop();
                }
            }

            @Override
            protected void stopLoop() {
                calls.add("stop");
            }
        };
        thread.start();
        coordinator.join();
        assertThat(calls).containsExactly("start", "run", "run", "stop");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void shouldStopAllBecauseOfWhatAStepThrows() {
        Coordinator coordinator = new Coordinator();
        AtomicInteger steps = new AtomicInteger();
        LooperThread.loop(coordinator, Duration.ofMillis(1), () -> {
            if (steps.incrementAndGet() == 3) {
                throw new IllegalStateException("third step");
            }
        });
        assertThatThrownBy(coordinator::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("third step");
        assertThat(steps).hasValue(3);
    }

    @Test
    void shouldReportWhatAnActionThrowsAndTakeTheEndOfTheDataForAStop() throws Exception {
        Coordinator coordinator = new Coordinator();
        coordinator.stopOnException(() -> {
            throw new OutOfRangeException("the end");
        });
        assertThat(coordinator.shouldStop()).isTrue();
        coordinator.join();
        coordinator.clearStop();
        coordinator.stopOnException(() -> {
            throw new IOException("lost");
        });
        assertThatThrownBy(coordinator::join).hasRootCauseMessage("lost");
    }
}
