package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class PaddingFifoQueueTest extends QueueContractTest {

    /** A number has no dimension, so there is nothing to pad. */
    private static final Padder<Integer> SCALAR = new Padder<>() {
        @Override
        public int[] shape(Integer element) {
            return new int[0];
        }

        @Override
        public Integer pad(Integer element, int[] shape) {
            return element;
        }
    };

    @Override
    BoundedQueue<Integer> queue(int capacity) {
        return new PaddingFifoQueue<>("numbers", capacity, 0, SCALAR);
    }

    @Test
    void shouldPadWithZerosToTheLargestOfTheBatch() throws Exception {
        var queue = new PaddingFifoQueue<>("boxes", 4, 2, Padder.ofArrays(float[][].class));
        queue.enqueue(new float[][] {{1, 2}});
        queue.enqueue(new float[][] {{3}, {4}, {5}});
        queue.enqueue(new float[][] {{6, 7, 8}});
        assertThat(Arrays.deepToString(queue.dequeueMany(2).toArray()))
                .isEqualTo("[[[1.0, 2.0], [0.0, 0.0], [0.0, 0.0]], [[3.0, 0.0], [4.0, 0.0], [5.0, 0.0]]]");
        queue.close();
        assertThat(Arrays.deepToString(queue.dequeueUpTo(2).toArray())).isEqualTo("[[[6.0, 7.0, 8.0]]]");
    }

    @Test
    void shouldPadRowsOfOneElementThatDifferInLength() throws Exception {
        var queue = new PaddingFifoQueue<>("words", 4, 2, Padder.ofArrays(int[][].class));
        queue.enqueue(new int[][] {{1}, {2, 3}});
        assertThat(Arrays.deepToString(queue.dequeueMany(1).toArray())).isEqualTo("[[[1, 0], [2, 3]]]");
    }

    @Test
    void shouldTakeElementsOfOneRankOnly() {
        var queue = new PaddingFifoQueue<>("boxes", 4, 1, Padder.ofArrays(float[][].class));
        assertThatThrownBy(() -> queue.enqueue(new float[1][1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rank 1, not of rank 2");
        assertThatThrownBy(() -> queue.enqueueMany(Collections.singletonList(new float[1][1])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(queue.size()).isZero();
    }

    @Test
    void shouldPadOnlyArraysOfNumbers() {
        assertThatThrownBy(() -> Padder.ofArrays(String[].class)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Padder.ofArrays(Integer.class)).isInstanceOf(IllegalArgumentException.class);
    }
}
