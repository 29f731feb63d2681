package org.batchmill.queues.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkerThreadTest {

    @Test
    void shouldHandEveryThrowableToItsHeir() throws Exception {
        List<Throwable> ends = List.of(
                new IllegalStateException("a"),
                new InterruptedException("b"),
                new OutOfMemoryError("c"),
                new NoClassDefFoundError("d"),
                new StackOverflowError());
        for (Throwable end : ends) {
            AtomicReference<Throwable> heard = new AtomicReference<>();
            WorkerThread thread = WorkerThread.start("dying", () -> raise(end), heard::set);
            thread.join();
            assertThat(heard.get()).isSameAs(end).isSameAs(thread.death());
            assertThatThrownBy(thread::requireAlive)
                    .isInstanceOf(WorkerDiedException.class)
                    .hasMessageContaining("dying")
                    .hasCause(end);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(Throwable end) throws E {
        throw (E) end;
    }

    @Test
    void shouldKeepTheDeathWhereTheHeirFailsToo() throws Exception {
        OutOfMemoryError end = new OutOfMemoryError();
        WorkerThread thread = WorkerThread.start("dying", () -> raise(end), e -> {
            throw new IllegalStateException("the heir");
        });
        thread.join();
        assertThat(thread.death()).isSameAs(end);
        assertThat(end.getSuppressed()).hasSize(1);
    }

    @Test
    void shouldHaveNoDeathAtTheEndOfItsWork() throws Exception {
        WorkerThread thread = WorkerThread.start("working", () -> {}, e -> {});
        thread.join();
        assertThat(thread.death()).isNull();
        thread.requireAlive();
    }

    @Test
    void shouldGiveAnErrorOfATaskToWhoWaitsForIt() throws Exception {
        try (WorkerPool pool = new WorkerPool("pool", 2)) {
            Future<Integer> failing = pool.submit(() -> {
                throw new NoClassDefFoundError("x");
            });
            assertThatThrownBy(failing::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(Error.class);
            List<Future<Integer>> others = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int number = i;
                others.add(pool.submit(() -> number));
            }
            for (int i = 0; i < 10; i++) {
                assertThat(others.get(i).get()).isEqualTo(i);
            }
        }
    }

    @Test
    void shouldInterruptWhatRunsWhenThePoolIsClosed() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        WorkerPool pool = new WorkerPool("pool", 1);
        Future<Integer> waiting = pool.submit(() -> {
            running.countDown();
            new CountDownLatch(1).await();
            return 1;
        });
        running.await();
        pool.close();
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(pool.awaitEnd(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void shouldCancelWhatWaitsWhenThePoolIsClosed() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        WorkerPool pool = new WorkerPool("pool", 1);
        Future<Integer> runs = pool.submit(() -> {
            running.countDown();
            new CountDownLatch(1).await();
            return 1;
        });
        Future<Integer> waits = pool.submit(() -> 2);
        running.await();
        pool.close();
        assertThatThrownBy(() -> WorkerPool.result(runs)).isInstanceOf(InterruptedException.class);
        assertThatThrownBy(() -> WorkerPool.result(waits)).isInstanceOf(CancellationException.class);
        WorkerPool.awaitFully(waits);
        assertThatThrownBy(() -> pool.executor().execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
