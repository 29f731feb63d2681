package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class PriorityQueueTest {

    private static List<String> values(List<Prioritized<String>> elements) {
        List<String> values = new ArrayList<>();
        elements.forEach(element -> values.add(element.value()));
        return values;
    }

    @Test
    void shouldGiveTheLowestPriorityFirst() throws Exception {
        PriorityQueue<String> queue = new PriorityQueue<>("jobs", 8);
        queue.enqueue(5, "e");
        queue.enqueue(Long.MIN_VALUE, "first");
        queue.enqueue(Long.MAX_VALUE, "last");
        queue.enqueue(-1, "b");
        assertThat(values(queue.dequeueMany(4))).containsExactly("first", "b", "e", "last");
    }

    @Test
    void shouldKeepTheOrderOfEqualPriorities() throws Exception {
        PriorityQueue<String> queue = new PriorityQueue<>("jobs", 100);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            queue.enqueue(7, "job " + i);
            expected.add("job " + i);
        }
        assertThat(values(queue.dequeueMany(100))).isEqualTo(expected);
    }

    @Test
    void shouldKeepTheOrderOfEqualPrioritiesThatWerePutBack() throws Exception {
        PriorityQueue<String> queue = new PriorityQueue<>("jobs", 8);
        queue.enqueue(7, "a");
        queue.enqueue(7, "b");
        Call<List<Prioritized<String>>> many = Call.waiting(queue, () -> queue.dequeueMany(5));
        queue.enqueue(7, "c");
        many.thread.interrupt();
        assertThat(many.failure()).isInstanceOf(InterruptedException.class);
        queue.enqueue(7, "d");
        assertThat(values(queue.dequeueMany(4))).containsExactly("a", "b", "c", "d");
    }

    @Test
    void shouldNotLoseTheTailInDequeueUpToAfterClose() throws Exception {
        PriorityQueue<String> queue = new PriorityQueue<>("jobs", 8);
        Call<List<Prioritized<String>>> upTo = Call.waiting(queue, () -> queue.dequeueUpTo(5));
        queue.enqueue(2, "b");
        queue.enqueue(1, "a");
        queue.close();
        assertThat(values(upTo.get())).containsExactlyInAnyOrder("a", "b");
    }
}
