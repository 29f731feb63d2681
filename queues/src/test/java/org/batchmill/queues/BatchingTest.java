package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class BatchingTest {

    private static <E> Input<E> input(List<E> elements) {
        Iterator<E> iterator = elements.iterator();
        return () -> {
            synchronized (iterator) {
                if (!iterator.hasNext()) {
                    throw new OutOfRangeException("that was all");
                }
                return iterator.next();
            }
        };
    }

    private static Input<Integer> numbers(int from, int to) {
        return input(IntStream.range(from, to).boxed().toList());
    }

    private static <E> List<List<E>> all(Batcher<E> batcher) throws InterruptedException {
        batcher.runner().start();
        List<List<E>> batches = new ArrayList<>();
        try {
            while (true) {
                batches.add(batcher.next());
            }
        } catch (OutOfRangeException end) {
            batcher.runner().join();
            return batches;
        }
    }

    private static List<Integer> flat(List<List<Integer>> batches) {
        return batches.stream().flatMap(List::stream).toList();
    }

    @Test
    void shouldDropWhatDoesNotFillABatch() throws Exception {
        assertThat(all(Batching.of(numbers(0, 8)).batchSize(3).build()))
                .containsExactly(List.of(0, 1, 2), List.of(3, 4, 5));
    }

    @Test
    void shouldGiveASmallerFinalBatchWhenAllowed() throws Exception {
        assertThat(all(Batching.of(numbers(0, 5))
                        .batchSize(3)
                        .allowSmallerFinalBatch()
                        .build()))
                .containsExactly(List.of(0, 1, 2), List.of(3, 4));
    }

    @Test
    void shouldReadOneInputWithSeveralThreads() throws Exception {
        assertThat(flat(all(
                        Batching.of(numbers(0, 1000)).batchSize(10).threads(4).build())))
                .hasSize(1000)
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldTakeInputsThatGiveSeveralElementsAtATime() throws Exception {
        Input<List<Integer>> lists = input(List.of(List.of(1, 2, 3), List.of(4), List.of(5, 6)));
        assertThat(all(Batching.<Integer>ofMany(lists).batchSize(2).build()))
                .containsExactly(List.of(1, 2), List.of(3, 4), List.of(5, 6));
    }

    @Test
    void shouldShuffleBatchesAboveAMinimum() throws Exception {
        Batcher<Integer> batcher = Batching.of(numbers(0, 200))
                .batchSize(20)
                .capacity(100)
                .shuffled(50, 3)
                .build();
        List<Integer> order = flat(all(batcher));
        assertThat(order)
                .hasSize(200)
                .doesNotHaveDuplicates()
                .isNotEqualTo(IntStream.range(0, 200).boxed().toList());
        assertThat(((ShuffleQueue<Integer>) batcher.queue()).minAfterDequeue()).isEqualTo(50);
    }

    @Test
    void shouldPadBatchesOfVaryingSize() throws Exception {
        Input<int[]> rows = input(List.of(new int[] {1}, new int[] {2, 3}));
        List<List<int[]>> batches = all(Batching.of(rows)
                .batchSize(2)
                .dynamicPad(1, Padder.ofArrays(int[].class))
                .build());
        assertThat(Arrays.deepToString(batches.get(0).toArray())).isEqualTo("[[1, 0], [2, 3]]");
    }

    @Test
    void shouldJoinDifferentInputsWithOneThreadEach() throws Exception {
        Batcher<Integer> joined = Batching.join(List.of(numbers(0, 50), numbers(50, 100), numbers(100, 150)))
                .batchSize(7)
                .allowSmallerFinalBatch()
                .build();
        assertThat(flat(all(joined)))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 150).boxed().toList());
        assertThatThrownBy(() -> Batching.join(List.of(numbers(0, 1))).threads(2))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldJoinInputsThatGiveSeveralElementsAtATime() throws Exception {
        Input<List<Integer>> first = input(List.of(List.of(1, 2)));
        Input<List<Integer>> second = input(List.of(List.of(3, 4)));
        assertThat(flat(all(Batching.<Integer>joinMany(List.of(first, second))
                        .batchSize(2)
                        .build())))
                .containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void shouldBatchOnlyWhatTheKeepFlagLetsThrough() throws Exception {
        assertThat(all(Batching.maybe(evenOf(0, 9))
                        .batchSize(2)
                        .allowSmallerFinalBatch()
                        .build()))
                .containsExactly(List.of(0, 2), List.of(4, 6), List.of(8));
    }

    @Test
    void shouldJoinInputsWithKeepFlags() throws Exception {
        Batcher<Integer> batcher = Batching.maybeJoin(List.of(evenOf(0, 4), evenOf(4, 8)))
                .batchSize(2)
                .shuffled(0, 1)
                .build();
        assertThat(flat(all(batcher))).containsExactlyInAnyOrder(0, 2, 4, 6);
    }

    private static Input<Candidate<Integer>> evenOf(int from, int to) {
        Input<Integer> numbers = numbers(from, to);
        return () -> {
            int number = numbers.next();
            return new Candidate<>(number % 2 == 0, number);
        };
    }

    @Test
    void shouldGaugeHowFullTheQueueIsAboveItsMinimum() throws Exception {
        Batcher<Integer> batcher =
                Batching.of(numbers(0, 0)).capacity(10).shuffled(2).build();
        assertThat(batcher.fullness()).isZero();
        batcher.queue().enqueueMany(List.of(1));
        assertThat(batcher.fullness()).isZero();
        batcher.queue().enqueueMany(List.of(2, 3, 4, 5, 6));
        assertThat(batcher.fullness()).isEqualTo(0.5);
    }

    @Test
    void shouldRefuseToShuffleAndPadAtOnce() {
        Batching<int[]> both =
                Batching.of(input(List.of(new int[1]))).shuffled(1).dynamicPad(1, Padder.ofArrays(int[].class));
        assertThatThrownBy(both::build).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKeepOfManyWhatTheVectorSays() throws Exception {
        List<Candidates<Integer>> given = List.of(
                new Candidates<>(List.of(true, false, true), List.of(1, 2, 3)),
                new Candidates<>(List.of(false), List.of(4)));
        Batcher<Integer> batcher = Batching.maybeMany(once(given)).batchSize(2).build();
        batcher.runner().start();
        assertThat(batcher.next()).containsExactly(1, 3);
        assertThatThrownBy(batcher::next).isInstanceOf(OutOfRangeException.class);
        assertThatThrownBy(() -> new Candidates<>(List.of(true), List.of(1, 2)))
                .hasMessage("1 decisions to keep do not fit 2 elements");
    }

    @Test
    void shouldKeepOfManyFromSeveralInputsAndShuffleThem() throws Exception {
        List<Candidates<Integer>> low = List.of(new Candidates<>(List.of(true, true, false), List.of(1, 2, 3)));
        List<Candidates<Integer>> high = List.of(new Candidates<>(List.of(false, true), List.of(11, 12)));
        Batcher<Integer> batcher = Batching.maybeJoinMany(List.of(once(low), once(high)))
                .batchSize(3)
                .shuffled(1, 1)
                .build();
        batcher.runner().start();
        assertThat(batcher.next()).containsExactlyInAnyOrder(1, 2, 12);
    }

    private static <E> Input<E> once(List<E> elements) {
        Iterator<E> all = elements.iterator();
        return () -> {
            if (!all.hasNext()) {
                throw new OutOfRangeException("all were given");
            }
            return all.next();
        };
    }
}
