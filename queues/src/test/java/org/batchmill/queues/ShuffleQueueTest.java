package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class ShuffleQueueTest {

    @Test
    void shouldRefuseAMinimumThatIsNegativeOrNotBelowTheCapacity() {
        assertThatThrownBy(() -> new ShuffleQueue<Integer>("q", 4, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ShuffleQueue<Integer>("q", 4, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new ShuffleQueue<Integer>("q", 4, 3).minAfterDequeue()).isEqualTo(3);
    }

    @Test
    void shouldLetElementsLeaveOnlyAboveTheMinimumWhileOpen() throws Exception {
        ShuffleQueue<Integer> queue = new ShuffleQueue<>("q", 4, 2);
        queue.enqueue(1);
        queue.enqueue(2);
        assertThat(queue.tryDequeue()).isNull();
        Call<Integer> dequeue = Call.waiting(queue, queue::dequeue);
        queue.enqueue(3);
        dequeue.get();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void shouldIgnoreTheMinimumAfterClose() throws Exception {
        ShuffleQueue<Integer> queue = new ShuffleQueue<>("q", 4, 2);
        queue.enqueueMany(List.of(1, 2));
        Call<List<Integer>> many = Call.waiting(queue, () -> queue.dequeueMany(2));
        queue.close();
        assertThat(many.get()).containsExactlyInAnyOrder(1, 2);
        assertThatThrownBy(queue::dequeue).isInstanceOf(OutOfRangeException.class);
    }

    @Test
    void shouldPutBackWhatADequeueManyTookWhenTheQueueIsClosedTooEarly() throws Exception {
        ShuffleQueue<Integer> queue = new ShuffleQueue<>("q", 8, 2);
        Call<List<Integer>> many = Call.waiting(queue, () -> queue.dequeueMany(6));
        queue.enqueueMany(List.of(1, 2, 3, 4, 5));
        assertThat(queue.size()).isEqualTo(2);
        queue.close();
        assertThat(many.failure())
                .isInstanceOf(OutOfRangeException.class)
                .hasMessageContaining("6 were asked for, 5 are left");
        assertThat(queue.dequeueUpTo(9)).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    }

    @Test
    void shouldGiveTheSameOrderForTheSameSeedAndCalls() throws Exception {
        long seed = Seed.of(this);
        assertThat(order(seed)).isEqualTo(order(seed)).isNotEqualTo(order(seed + 1));
    }

    private static List<Integer> order(long seed) throws InterruptedException {
        ShuffleQueue<Integer> queue = new ShuffleQueue<>("q", 64, 10, seed);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            queue.enqueue(i);
            if (queue.size() > 20) {
                order.add(queue.dequeue());
            }
        }
        queue.close();
        order.addAll(queue.dequeueUpTo(64));
        assertThat(new HashSet<>(order)).hasSize(200);
        return order;
    }

    @Test
    void shouldPickUniformly() throws Exception {
        // Each of 8 elements should come first 1000 times in 8000; chi-square with 7 degrees of freedom exceeds 40 once
        // in a
        // million times.
        int[] first = new int[8];
        ShuffleQueue<Integer> queue = new ShuffleQueue<>("q", 8, 0, Seed.of(this));
        for (int round = 0; round < 8000; round++) {
            queue.enqueueMany(IntStream.range(0, 8).boxed().toList());
            List<Integer> drawn = queue.dequeueMany(8);
            assertThat(Set.copyOf(drawn)).hasSize(8);
            first[drawn.get(0)]++;
        }
        double chiSquare = 0;
        for (int count : first) {
            chiSquare += (count - 1000.0) * (count - 1000.0) / 1000.0;
        }
        assertThat(chiSquare).isLessThan(40);
    }
}
