package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for every queue, whatever the order in which elements leave. */
@Timeout(300)
@Tag("concurrent")
abstract class QueueContractTest {

    /** A queue of that capacity from which every element may leave. */
    abstract BoundedQueue<Integer> queue(int capacity);

    private BoundedQueue<Integer> filled(int capacity, Integer... elements) throws InterruptedException {
        BoundedQueue<Integer> queue = queue(capacity);
        queue.enqueueMany(List.of(elements));
        return queue;
    }

    @Test
    void shouldLetPendingEnqueuesInInFirstComeOrder() throws Exception {
        BoundedQueue<Integer> queue = filled(1, 0);
        Call<Void> first = Call.waitingEnqueue(queue, 1);
        Call<Void> second = Call.waitingEnqueue(queue, 2);
        assertThat(queue.dequeue()).isEqualTo(0);
        first.get();
        assertThat(second.isWaiting()).isTrue();
        assertThat(queue.dequeue()).isEqualTo(1);
        second.get();
        assertThat(queue.dequeue()).isEqualTo(2);
    }

    @Test
    void shouldServePendingDequeuesInFirstComeOrder() throws Exception {
        BoundedQueue<Integer> queue = queue(4);
        Call<Integer> first = Call.waiting(queue, queue::dequeue);
        Call<Integer> second = Call.waiting(queue, queue::dequeue);
        queue.enqueue(1);
        assertThat(first.get()).isEqualTo(1);
        assertThat(second.isWaiting()).isTrue();
        queue.enqueue(2);
        assertThat(second.get()).isEqualTo(2);
    }

    @Test
    void shouldHoldBackLaterDequeuesBehindALargeDequeueMany() throws Exception {
        BoundedQueue<Integer> queue = queue(4);
        Call<List<Integer>> large = Call.waiting(queue, () -> queue.dequeueMany(3));
        Call<Integer> later = Call.waiting(queue, queue::dequeue);
        queue.enqueue(1);
        queue.enqueue(2);
        assertThat(later.isWaiting()).isTrue();
        assertThat(queue.tryDequeue()).isNull();
        queue.enqueue(3);
        assertThat(large.get()).containsExactly(1, 2, 3);
        queue.enqueue(4);
        assertThat(later.get()).isEqualTo(4);
    }

    @Test
    void shouldHoldBackLaterEnqueuesBehindAnEnqueueManyThatWaits() throws Exception {
        BoundedQueue<Integer> queue = queue(1);
        Call<Void> many = Call.waiting(queue, () -> {
            queue.enqueueMany(List.of(1, 2));
            return null;
        });
        assertThat(queue.tryEnqueue(9)).isFalse();
        Call<Void> later = Call.waitingEnqueue(queue, 3);
        assertThat(queue.dequeueMany(3)).containsExactly(1, 2, 3);
        many.get();
        later.get();
    }

    @Test
    void shouldBoundTheElementsByTheCapacity() throws Exception {
        BoundedQueue<Integer> queue = filled(2, 1, 2);
        assertThat(queue.tryEnqueue(3)).isFalse();
        assertThat(queue.size()).isEqualTo(2);
        Call<Void> waiting = Call.waitingEnqueue(queue, 3);
        assertThat(queue.size()).isEqualTo(2);
        queue.dequeue();
        waiting.get();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void shouldFailAnEnqueueOnAClosedQueueAsCancelled() {
        BoundedQueue<Integer> queue = queue(2);
        queue.close();
        assertThatThrownBy(() -> queue.enqueue(1))
                .isInstanceOf(QueueCancelledException.class)
                .hasMessageContaining(queue.name());
        assertThatThrownBy(() -> queue.tryEnqueue(1)).isInstanceOf(QueueCancelledException.class);
        assertThatThrownBy(() -> queue.enqueueMany(List.of(1))).isInstanceOf(QueueCancelledException.class);
    }

    @Test
    void shouldLetElementsOfAnEnqueueManyInAsSpaceAppearsAndKeepThemAfterACancel() throws Exception {
        BoundedQueue<Integer> queue = queue(2);
        Call<Void> many = Call.waiting(queue, () -> {
            queue.enqueueMany(List.of(1, 2, 3, 4));
            return null;
        });
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.dequeue()).isEqualTo(1);
        assertThat(queue.size()).isEqualTo(2);
        queue.close(true);
        assertThat(many.failure()).isInstanceOf(QueueCancelledException.class).hasMessageContaining("1 elements");
        assertThat(queue.dequeueMany(2)).containsExactly(2, 3);
    }

    @Test
    void shouldReturnFromAnEmptyEnqueueManyAtOnce() throws Exception {
        BoundedQueue<Integer> full = filled(1, 1);
        full.enqueueMany(List.of());
        full.close();
        full.enqueueMany(List.of());
        assertThat(full.size()).isEqualTo(1);
    }

    @Test
    void shouldCloseBehindTheEnqueuesThatArePending() throws Exception {
        BoundedQueue<Integer> queue = filled(1, 1);
        Call<Void> pending = Call.waitingEnqueue(queue, 2);
        queue.close();
        assertThat(queue.isClosed()).isFalse();
        assertThatThrownBy(() -> queue.enqueue(3)).isInstanceOf(QueueCancelledException.class);
        assertThat(queue.dequeue()).isEqualTo(1);
        pending.get();
        assertThat(queue.isClosed()).isTrue();
        assertThat(queue.dequeue()).isEqualTo(2);
    }

    @Test
    void shouldCloseAtOnceAndCancelPendingEnqueuesWhenAsked() throws Exception {
        BoundedQueue<Integer> queue = filled(1, 1);
        Call<Void> first = Call.waitingEnqueue(queue, 2);
        Call<Void> second = Call.waitingEnqueue(queue, 3);
        queue.close(true);
        assertThat(queue.isClosed()).isTrue();
        assertThat(first.failure()).isInstanceOf(QueueCancelledException.class);
        assertThat(second.failure()).isInstanceOf(QueueCancelledException.class);
        assertThat(queue.dequeue()).isEqualTo(1);
    }

    @Test
    void shouldAbortASecondPlainClose() throws Exception {
        BoundedQueue<Integer> queue = filled(1, 1);
        queue.close();
        assertThatThrownBy(queue::close).isInstanceOf(QueueAbortedException.class);
        BoundedQueue<Integer> closing = filled(1, 1);
        Call<Void> pending = Call.waitingEnqueue(closing, 2);
        closing.close();
        assertThatThrownBy(closing::close).isInstanceOf(QueueAbortedException.class);
        closing.close(true);
        closing.close(true);
        assertThat(pending.failure()).isInstanceOf(QueueCancelledException.class);
    }

    @Test
    void shouldFailADequeueOnAClosedExhaustedQueueSayingHowManyWereAskedForAndHowManyAreLeft() throws Exception {
        BoundedQueue<Integer> queue = filled(4, 1, 2);
        queue.close();
        assertThatThrownBy(() -> queue.dequeueMany(3))
                .isInstanceOf(OutOfRangeException.class)
                .hasMessageContaining("3 were asked for")
                .hasMessageContaining("2 are left")
                .hasMessageContaining(queue.name());
        assertThat(queue.dequeueMany(2)).containsExactly(1, 2);
        assertThatThrownBy(queue::dequeue)
                .isInstanceOf(OutOfRangeException.class)
                .hasMessageContaining("1 were asked for")
                .hasMessageContaining("0 are left");
        assertThatThrownBy(queue::tryDequeue).isInstanceOf(OutOfRangeException.class);
    }

    @Test
    void shouldFillADequeueManyStepByStepBeyondTheCapacity() throws Exception {
        BoundedQueue<Integer> queue = queue(2);
        Call<List<Integer>> many = Call.waiting(queue, () -> queue.dequeueMany(5));
        for (int i = 0; i < 5; i++) {
            queue.enqueue(i);
            assertThat(queue.size()).isZero();
        }
        assertThat(many.get()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void shouldPutBackWhatADequeueManyTookWhenTheQueueIsClosedTooEarly() throws Exception {
        BoundedQueue<Integer> queue = queue(4);
        Call<List<Integer>> many = Call.waiting(queue, () -> queue.dequeueMany(5));
        queue.enqueueMany(List.of(1, 2, 3));
        assertThat(queue.size()).isZero();
        queue.close();
        assertThat(many.failure())
                .isInstanceOf(OutOfRangeException.class)
                .hasMessageContaining("5 were asked for, 3 are left");
        assertThat(queue.dequeueMany(3)).containsExactly(1, 2, 3);
    }

    @Test
    void shouldGiveWhatWasPutBackToTheNextPendingDequeue() throws Exception {
        BoundedQueue<Integer> queue = queue(4);
        Call<List<Integer>> many = Call.waiting(queue, () -> queue.dequeueMany(5));
        Call<Integer> next = Call.waiting(queue, queue::dequeue);
        queue.enqueue(1);
        queue.close();
        assertThat(many.failure()).isInstanceOf(OutOfRangeException.class);
        assertThat(next.get()).isEqualTo(1);
    }

    @Test
    void shouldGiveAnEmptyBatchWhenNoElementsAreAskedFor() throws Exception {
        BoundedQueue<Integer> queue = queue(2);
        assertThat(queue.dequeueMany(0)).isEmpty();
        assertThat(queue.dequeueUpTo(0)).isEmpty();
        queue.close();
        assertThat(queue.dequeueMany(0)).isEmpty();
    }

    @Test
    void shouldRefuseToDequeueANegativeNumberOfElements() {
        assertThatThrownBy(() -> queue(2).dequeueMany(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldWaitForAllElementsOfADequeueUpToWhileOpen() throws Exception {
        BoundedQueue<Integer> queue = queue(4);
        Call<List<Integer>> upTo = Call.waiting(queue, () -> queue.dequeueUpTo(3));
        queue.enqueue(1);
        queue.enqueue(2);
        assertThat(upTo.isWaiting()).isTrue();
        queue.enqueue(3);
        assertThat(upTo.get()).containsExactly(1, 2, 3);
    }

    @Test
    void shouldReturnTheRestFromADequeueUpToAfterCloseAndThenBeOutOfRange() throws Exception {
        BoundedQueue<Integer> queue = queue(4);
        Call<List<Integer>> upTo = Call.waiting(queue, () -> queue.dequeueUpTo(3));
        queue.enqueue(1);
        queue.enqueue(2);
        queue.close();
        assertThat(upTo.get()).containsExactly(1, 2);
        assertThatThrownBy(() -> queue.dequeueUpTo(3))
                .isInstanceOf(OutOfRangeException.class)
                .hasMessageContaining("3 were asked for, 0 are left");
        BoundedQueue<Integer> rest = filled(4, 1);
        rest.close();
        assertThat(rest.dequeueUpTo(3)).containsExactly(1);
    }

    @Test
    void shouldWakeAnInterruptedDequeueAndPutBackWhatItTook() throws Exception {
        BoundedQueue<Integer> queue = queue(4);
        Call<List<Integer>> many = Call.waiting(queue, () -> queue.dequeueMany(3));
        queue.enqueue(1);
        queue.enqueue(2);
        many.thread.interrupt();
        assertThat(many.failure()).isInstanceOf(InterruptedException.class);
        assertThat(queue.dequeueMany(2)).containsExactly(1, 2);
    }

    @Test
    void shouldWakeAnInterruptedEnqueueAndLetTheOthersGoOn() throws Exception {
        BoundedQueue<Integer> queue = filled(1, 1);
        Call<Void> interrupted = Call.waitingEnqueue(queue, 2);
        Call<Void> other = Call.waitingEnqueue(queue, 3);
        interrupted.thread.interrupt();
        assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
        assertThat(queue.dequeueMany(2)).containsExactly(1, 3);
        other.get();
    }

    @Test
    void shouldLetTheDequeueBehindAnInterruptedOneGoOn() throws Exception {
        BoundedQueue<Integer> queue = queue(4);
        Call<List<Integer>> many = Call.waiting(queue, () -> queue.dequeueMany(3));
        Call<Integer> behind = Call.waiting(queue, queue::dequeue);
        queue.enqueue(1);
        many.thread.interrupt();
        assertThat(many.failure()).isInstanceOf(InterruptedException.class);
        assertThat(behind.get()).isEqualTo(1);
    }

    @Test
    void shouldWakeAllWaitersWhenTheCoordinatorStops() throws Exception {
        BoundedQueue<Integer> full = filled(1, 1);
        BoundedQueue<Integer> empty = queue(1);
        Coordinator coordinator = new Coordinator();
        new QueueRunner(full, List.of(() -> full.enqueue(1))).start(coordinator);
        new QueueRunner(empty, List.of(coordinator::waitForStop)).start(coordinator);
        Call<Integer> dequeue = Call.waiting(empty, empty::dequeue);
        coordinator.requestStop();
        coordinator.join();
        assertThat(dequeue.failure()).isInstanceOf(OutOfRangeException.class);
    }

    @Test
    void shouldTellItsNameSizeAndCapacity() throws Exception {
        BoundedQueue<Integer> queue = filled(7, 1, 2);
        assertThat(queue.name()).isEqualTo("numbers");
        assertThat(queue.capacity()).isEqualTo(7);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.isClosed()).isFalse();
        assertThat(queue.toString()).contains("numbers");
    }

    @Test
    void shouldRefuseACapacityBelowOne() {
        assertThatThrownBy(() -> queue(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseNull() {
        assertThatThrownBy(() -> queue(1).enqueue(null)).isInstanceOf(NullPointerException.class);
    }
}
