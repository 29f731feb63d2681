package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class TupleQueueTest {

    private static final List<Component> IMAGES = List.of(
            Component.of("name", String.class),
            Component.of("label", int.class),
            Component.of("pixels", float.class, 2, Component.FREE));

    private static final List<Component> FIXED =
            List.of(Component.of("label", int.class), Component.of("point", float.class, 2));

    @Test
    void shouldGiveAnElementAsItsComponents() throws Exception {
        TupleQueue queue = TupleQueue.fifo("q", 4, IMAGES);
        queue.enqueue("a", 1, new float[][] {{1, 2, 3}, {4, 5, 6}});

        Tuple element = queue.dequeue();

        assertThat(element.get(0, String.class)).isEqualTo("a");
        assertThat(element.get(1, Integer.class)).isEqualTo(1);
        assertThat(element.get(2, float[][].class)[1]).containsExactly(4, 5, 6);
    }

    @Test
    void shouldRefuseWhatIsNotOfTheTypesAndShapesNamingTheComponent() {
        TupleQueue queue = TupleQueue.fifo("q", 4, IMAGES);
        assertThatThrownBy(() -> queue.enqueue("a", 1)).hasMessage("q: an element has 3 components, not 2");
        assertThatThrownBy(() -> queue.enqueue("a", 1L, new float[2][3]))
                .hasMessage("q: component label: int is not Long");
        assertThatThrownBy(() -> queue.enqueue("a", 1, new double[2][3]))
                .hasMessage("q: component pixels: float[2][?] is not double[][]");
        assertThatThrownBy(() -> queue.enqueue("a", 1, new float[3][3]))
                .hasMessage("q: component pixels: float[2][?] has not 3 in dimension 0");
        assertThat(queue.queue().size()).isZero();
    }

    @Test
    void shouldPadFreeDimensionsOfABatchAndLeaveFixedOnes() throws Exception {
        TupleQueue queue = TupleQueue.padding("q", 4, IMAGES);
        queue.enqueue("a", 1, new float[][] {{1}, {2}});
        queue.enqueue("b", 2, new float[][] {{3, 4, 5}, {6, 7, 8}});

        Tuple batch = queue.dequeueMany(2);

        assertThat(batch.get(0, String[].class)).containsExactly("a", "b");
        assertThat(batch.get(1, int[].class)).containsExactly(1, 2);
        assertThat(batch.get(2, float[][][].class))
                .isDeepEqualTo(new float[][][] {{{1, 0, 0}, {2, 0, 0}}, {{3, 4, 5}, {6, 7, 8}}});
    }

    @Test
    void shouldBatchElementsOfFreeSizeOnlyWhereItPads() {
        TupleQueue queue = TupleQueue.fifo("q", 4, IMAGES);
        assertThatThrownBy(() -> queue.dequeueMany(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pixels: float[2][?] has no fixed size");
    }

    @Test
    void shouldTakeABatchApartAndRefuseColumnsOfSeveralLengths() throws Exception {
        TupleQueue queue = TupleQueue.fifo("q", 4, FIXED);
        queue.enqueueMany(new int[] {7, 8}, new float[][] {{1, 2}, {3, 4}});
        assertThat(queue.dequeue().get(1, float[].class)).containsExactly(1, 2);
        assertThat(queue.dequeue().get(0, Integer.class)).isEqualTo(8);
        assertThatThrownBy(() -> queue.enqueueMany(new int[] {7}, new float[][] {{1, 2}, {3, 4}}))
                .hasMessage("q: component point: float[2] has 2 elements, label: int has 1");
    }

    @Test
    void shouldGiveTheRestAfterTheCloseAndThenBeOutOfRange() throws Exception {
        TupleQueue queue = TupleQueue.shuffle("q", 4, 1, 1, FIXED);
        queue.enqueueMany(new int[] {7, 8, 9}, new float[3][2]);
        queue.queue().close();
        assertThat(queue.dequeueUpTo(5).get(0, int[].class)).containsExactlyInAnyOrder(7, 8, 9);
        assertThatThrownBy(() -> queue.dequeueUpTo(5)).isInstanceOf(OutOfRangeException.class);
    }

    @Test
    void shouldLetTheLowestPriorityLeaveFirst() throws Exception {
        TupleQueue queue = TupleQueue.priority(
                "q", 4, List.of(Component.of("priority", long.class), Component.of("name", String.class)));
        queue.enqueueMany(new long[] {3, -1, 2}, new String[] {"c", "a", "b"});
        Tuple batch = queue.dequeueMany(3);
        assertThat(batch.get(0, long[].class)).containsExactly(-1, 2, 3);
        assertThat(batch.get(1, String[].class)).containsExactly("a", "b", "c");
        assertThatThrownBy(() -> TupleQueue.priority("q", 4, FIXED)).isInstanceOf(IllegalArgumentException.class);
    }
}
