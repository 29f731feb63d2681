package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("concurrent")
class HandOverTest {

    private final AtomicReference<Throwable> died = new AtomicReference<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void shouldHandOverAllInOrderWhetherTheTakerIsWokenOrNot(int capacity) throws Exception {
        int count = 10_000;
        HandOver<Integer> queue = new HandOver<>(capacity, item -> {});
        WorkerThread producer = WorkerThread.start(
                "hand-over",
                () -> {
                    for (int i = 0; i < count; i++) {
                        if (queue.put(i) % 3 == 0) {
                            queue.wake();
                        }
                    }
                    queue.wake();
                },
                died::set);
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(queue.take());
        }
        assertThat(taken).isEqualTo(IntStream.range(0, count).boxed().toList());
        assertThat(producer.joinFully(TimeUnit.MINUTES.toNanos(5))).isTrue();
        assertThat(died.get()).isNull();
    }

    @Test
    void shouldLetAFullQueueWakeTheTakerUnasked() throws Exception {
        HandOver<String> queue = new HandOver<>(2, item -> {});
        List<String> taken = new ArrayList<>();
        WorkerThread taker = WorkerThread.start(
                "hand-over",
                () -> {
                    taken.add(queue.take());
                    taken.add(queue.take());
                },
                died::set);
        Await.until("a taker that waits", () -> taker.getState() == Thread.State.WAITING);
        queue.put("a");
        queue.put("b");
        assertThat(taker.joinFully(TimeUnit.MINUTES.toNanos(5))).isTrue();
        assertThat(taken).containsExactly("a", "b");
        assertThat(died.get()).isNull();
    }

    @Test
    void shouldGiveWhatNobodyWasWokenFor() throws Exception {
        HandOver<String> queue = new HandOver<>(4, item -> {});
        assertThat(queue.poll()).isNull();
        assertThat(queue.put("a")).isEqualTo(1);
        assertThat(queue.put("b")).isEqualTo(2);
        assertThat(queue.poll(5, TimeUnit.MINUTES)).isEqualTo("a");
        assertThat(queue.poll()).isEqualTo("b");
        assertThat(queue.poll(1, TimeUnit.NANOSECONDS)).isNull();
    }

    /** A reader that was closed early lost the memory of a decoded image and of a frame. */
    @Test
    void shouldFreeWhatAnInterruptedThreadCouldNotPut() throws Exception {
        List<String> freed = new CopyOnWriteArrayList<>();
        HandOver<String> queue = new HandOver<>(1, freed::add);
        queue.put("a");
        WorkerThread producer = WorkerThread.start("hand-over", () -> queue.put("b"), died::set);
        Await.until("it waits for room", () -> producer.getState() == Thread.State.WAITING);
        producer.interrupt();
        assertThat(producer.joinFully(TimeUnit.MINUTES.toNanos(5))).isTrue();
        assertThat(died.get()).isInstanceOf(InterruptedException.class);
        assertThat(freed).containsExactly("b");
        queue.clear();
        assertThat(freed).containsExactly("b", "a");
    }
}
