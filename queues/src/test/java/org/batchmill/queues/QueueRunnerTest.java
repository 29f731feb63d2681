package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class QueueRunnerTest {

    private final FifoQueue<Integer> queue = new FifoQueue<>("numbers", 100);

    /** Enqueues 0, 1, .. below the limit, then is out of range. */
    private EnqueueAction upTo(int limit) {
        AtomicInteger next = new AtomicInteger();
        return () -> {
            int element = next.getAndIncrement();
            if (element >= limit) {
                throw new OutOfRangeException("that was all");
            }
            queue.enqueue(element);
        };
    }

    @Test
    void shouldRunEachActionOnAThreadOfItsOwn() throws Exception {
        QueueRunner runner = new QueueRunner(queue, List.of(upTo(3), upTo(4)));
        assertThat(runner.start()).hasSize(2);
        runner.join();
        assertThat(queue.size()).isEqualTo(7);
    }

    @Test
    void shouldRunOneMoreThreadThatCancelsTheQueueWhenTheCoordinatorStops() throws Exception {
        Coordinator coordinator = new Coordinator();
        FifoQueue<Integer> small = new FifoQueue<>("small", 1);
        List<Thread> threads = new QueueRunner(small, List.of(() -> small.enqueue(1))).start(coordinator);
        assertThat(threads).hasSize(2);
        coordinator.requestStop();
        coordinator.join();
        assertThat(small.isClosed()).isTrue();
        assertThat(threads).noneMatch(Thread::isAlive);
    }

    @Test
    void shouldCloseTheQueuePlainlyWhenTheLastThreadEnds() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        QueueRunner runner = new QueueRunner(queue, List.of(upTo(2), () -> {
            second.await();
            throw new OutOfRangeException("that was all");
        }));
        List<Thread> threads = runner.start();
        threads.get(0).join();
        assertThat(queue.isClosed()).isFalse();
        second.countDown();
        runner.join();
        assertThat(queue.isClosed()).isTrue();
        assertThat(queue.dequeueMany(2)).containsExactly(0, 1);
    }

    @Test
    void shouldEndNormallyOnTheExceptionsThatMeanTheEndOfTheData() throws Exception {
        QueueRunner runner = new QueueRunner(
                queue,
                List.of(() -> {
                    throw new IOException("end of tape");
                }),
                List.of(IOException.class));
        runner.start();
        runner.join();
        assertThat(runner.exceptionsRaised()).isEmpty();
    }

    @Test
    void shouldReportOtherExceptionsToTheCoordinator() throws Exception {
        Coordinator coordinator = new Coordinator();
        new QueueRunner(queue, List.of(() -> {
                    throw new IOException("unreadable");
                }))
                .start(coordinator);
        assertThatThrownBy(coordinator::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("unreadable");
    }

    @Test
    void shouldKeepOtherExceptionsAndThrowThemAgainWithoutACoordinator() {
        QueueRunner runner = new QueueRunner(queue, List.of(() -> {
            throw new IOException("unreadable");
        }));
        runner.start();
        assertThatThrownBy(runner::join).isInstanceOf(CompletionException.class).hasRootCauseMessage("unreadable");
        assertThat(runner.exceptionsRaised()).singleElement().isInstanceOf(IOException.class);
        assertThat(queue.isClosed()).isTrue();
    }

    @Test
    void shouldDoNothingWhenStartedTwice() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        QueueRunner runner = new QueueRunner(queue, List.of(() -> {
            go.await();
            throw new OutOfRangeException("that was all");
        }));
        assertThat(runner.start()).hasSize(1);
        assertThat(runner.start()).isEmpty();
        go.countDown();
        runner.join();
    }

    @Test
    void shouldNeedAnAction() {
        assertThatThrownBy(() -> new QueueRunner(queue, List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
