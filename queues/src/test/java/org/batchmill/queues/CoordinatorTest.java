package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class CoordinatorTest {

    private final Coordinator coordinator = new Coordinator();

    private static Thread started(Runnable what, String name) {
        Thread thread = new Thread(what, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void shouldReportTheFirstExceptionOnly() {
        coordinator.requestStop(new IllegalStateException("first"));
        coordinator.requestStop(new IllegalStateException("second"));
        assertThat(coordinator.shouldStop()).isTrue();
        assertThatThrownBy(coordinator::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("first");
    }

    @Test
    void shouldCountOutOfRangeAsACleanStop() throws Exception {
        coordinator.requestStop(new OutOfRangeException("the end"));
        assertThat(coordinator.shouldStop()).isTrue();
        coordinator.join();
    }

    @Test
    void shouldNotReportWhatFollowsFromACleanStop() throws Exception {
        coordinator.requestStop();
        coordinator.requestStop(new IllegalStateException("cancelled"));
        coordinator.join();
    }

    @Test
    void shouldTellWhetherTheStopCameInTime() throws Exception {
        assertThat(coordinator.waitForStop(Duration.ofMillis(10))).isFalse();
        Call<Boolean> waiting = Call.of(() -> coordinator.waitForStop(Duration.ofMinutes(4)));
        coordinator.requestStop();
        assertThat(waiting.get()).isTrue();
    }

    @Test
    void shouldJoinRegisteredAndGivenThreads() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Runnable waits = () -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        Thread registered = started(waits, "registered");
        Thread given = started(waits, "given");
        coordinator.register(registered);
        Call<Void> join = Call.of(() -> {
            coordinator.join(List.of(given), Coordinator.DEFAULT_GRACE, false);
            return null;
        });
        Await.until("the join waits", () -> join.thread.getState() == Thread.State.TIMED_WAITING);
        assertThat(join.isWaiting()).isTrue();
        go.countDown();
        join.get();
        assertThat(registered.isAlive() || given.isAlive()).isFalse();
    }

    @Test
    void shouldNameTheThreadsThatRunBeyondTheGracePeriod() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Thread deaf = started(() -> awaitQuietly(never), "deaf-reader");
        coordinator.register(deaf);
        coordinator.requestStop();
        assertThatThrownBy(() -> coordinator.join(List.of(), Duration.ofMillis(50), false))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("deaf-reader");
        never.countDown();
    }

    @Test
    void shouldIgnoreThreadsThatStillRunWhenTold() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        coordinator.register(started(() -> awaitQuietly(never), "deaf"));
        coordinator.requestStop();
        coordinator.join(List.of(), Duration.ofMillis(50), true);
        never.countDown();
    }

    @Test
    void shouldPreferTheReportedExceptionToThreadsThatStillRun() {
        CountDownLatch never = new CountDownLatch(1);
        coordinator.register(started(() -> awaitQuietly(never), "deaf"));
        coordinator.requestStop(new IllegalStateException("the cause"));
        assertThatThrownBy(() -> coordinator.join(List.of(), Duration.ofMillis(50), false))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the cause");
        never.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldGiveThreadsTwoMinutesByDefault() {
        assertThat(Coordinator.DEFAULT_GRACE).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void shouldThrowAtOnceWhenAStopIsRequestedWithAnExceptionAfterJoin() throws Exception {
        coordinator.requestStop();
        coordinator.join();
        assertThatThrownBy(() -> coordinator.requestStop(new IllegalStateException("late")))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("late");
        coordinator.requestStop(new OutOfRangeException("no error"));
    }

    @Test
    void shouldBeReadyForAnotherRunAfterClearStop() throws Exception {
        coordinator.requestStop(new IllegalStateException("first run"));
        assertThatThrownBy(coordinator::join).isInstanceOf(CompletionException.class);
        coordinator.clearStop();
        assertThat(coordinator.shouldStop()).isFalse();
        coordinator.requestStop();
        coordinator.join();
    }
}
