package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class ProducerTest {

    private static <E> List<E> all(Producer<E> producer) throws InterruptedException {
        producer.runner().start();
        List<E> elements = new ArrayList<>();
        try {
            while (true) {
                elements.add(producer.next());
            }
        } catch (OutOfRangeException exhausted) {
            return elements;
        }
    }

    @Test
    void shouldProduceStringsOnceAnEpochAndThenBeOutOfRange() throws Exception {
        assertThat(all(Producer.strings(
                        List.of("a", "b", "c"), new Producer.Options().epochs(2).inOrder())))
                .containsExactly("a", "b", "c", "a", "b", "c");
    }

    @Test
    void shouldProduceTheNumbersBelowALimit() throws Exception {
        assertThat(all(Producer.range(4, new Producer.Options().epochs(1).inOrder())))
                .containsExactly(0, 1, 2, 3);
    }

    @Test
    void shouldProduceSlicesOfColumnsOfOneLength() throws Exception {
        assertThat(all(Producer.slices(
                        List.of(List.of("x", "y"), List.of(1, 2)),
                        new Producer.Options().epochs(1).inOrder())))
                .isEqualTo(List.of(List.of("x", 1), List.of("y", 2)));
        assertThatThrownBy(() -> Producer.slices(List.of(List.of(1, 2), List.of(1)), new Producer.Options()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldShuffleEachEpochAnew() throws Exception {
        long seed = Seed.of(this);
        List<Integer> elements =
                all(Producer.range(50, new Producer.Options().epochs(2).shuffle(seed)));
        List<Integer> first = elements.subList(0, 50);
        List<Integer> second = elements.subList(50, 100);
        assertThat(first).doesNotHaveDuplicates().isNotEqualTo(second);
        assertThat(second).containsExactlyInAnyOrderElementsOf(first);
        assertThat(all(Producer.range(50, new Producer.Options().epochs(2).shuffle(seed))))
                .isEqualTo(elements);
    }

    @Test
    void shouldShuffleUnlessToldOtherwise() throws Exception {
        List<Integer> inOrder =
                all(Producer.range(200, new Producer.Options().epochs(1).inOrder()));
        assertThat(all(Producer.range(200, new Producer.Options().epochs(1))))
                .isNotEqualTo(inOrder)
                .containsExactlyInAnyOrderElementsOf(inOrder);
    }

    @Test
    void shouldProduceEndlesslyWithoutANumberOfEpochs() throws Exception {
        Producer<Integer> producer = Producer.range(2, new Producer.Options().inOrder());
        producer.runner().start();
        for (int i = 0; i < 1000; i++) {
            assertThat(producer.next()).isEqualTo(i % 2);
        }
        producer.queue().close(true);
    }

    @Test
    void shouldRefuseANumberOfEpochsBelowOne() {
        assertThatThrownBy(() -> new Producer.Options().epochs(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Producer.Options().epochs(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseAnEmptyList() {
        assertThatThrownBy(() -> Producer.strings(List.of(), new Producer.Options()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Producer.range(0, new Producer.Options()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
