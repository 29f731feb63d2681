package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(300)
@Tag("concurrent")
class QueueStressTest {

    private static final int ELEMENTS = 20_000;

    static Stream<BoundedQueue<Integer>> queues() {
        return Stream.of(
                new FifoQueue<>("tiny", 1),
                new FifoQueue<>("fifo", 16),
                new ShuffleQueue<>("shuffle", 16, 8),
                new PaddingFifoQueue<>("padding", 3, 0, new Padder<Integer>() {
                    @Override
                    public int[] shape(Integer element) {
                        return new int[0];
                    }

                    @Override
                    public Integer pad(Integer element, int[] shape) {
                        return element;
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("queues")
    void shouldLoseNothingAndGiveNothingTwice(BoundedQueue<Integer> queue) throws Exception {
        long seed = Seed.of(this);
        int producers = 4;
        int consumers = 3;
        List<Call<Void>> producing = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            RandomGenerator random = Seed.random(seed + p);
            producing.add(Call.of(() -> {
                produce(queue, producer * ELEMENTS, random);
                return null;
            }));
        }
        List<Call<List<Integer>>> consuming = new ArrayList<>();
        for (int c = 0; c < consumers; c++) {
            RandomGenerator random = Seed.random(~seed + c);
            consuming.add(Call.of(() -> consume(queue, random)));
        }
        for (Call<Void> call : producing) {
            call.get();
        }
        queue.close();
        List<Integer> all = new ArrayList<>();
        for (Call<List<Integer>> call : consuming) {
            all.addAll(call.get());
        }
        Collections.sort(all);
        assertThat(all)
                .isEqualTo(IntStream.range(0, producers * ELEMENTS).boxed().toList());
    }

    private static void produce(BoundedQueue<Integer> queue, int from, RandomGenerator random) throws Exception {
        int next = from;
        while (next < from + ELEMENTS) {
            int count = Math.min(1 + random.nextInt(5), from + ELEMENTS - next);
            if (count == 1) {
                queue.enqueue(next);
            } else {
                queue.enqueueMany(IntStream.range(next, next + count).boxed().toList());
            }
            next += count;
        }
    }

    private static List<Integer> consume(BoundedQueue<Integer> queue, RandomGenerator random) throws Exception {
        List<Integer> got = new ArrayList<>();
        try {
            while (true) {
                int count = 1 + random.nextInt(7);
                if (count == 1) {
                    got.add(queue.dequeue());
                } else {
                    got.addAll(queue.dequeueUpTo(count));
                }
            }
        } catch (OutOfRangeException e) {
            return got;
        }
    }

    @Test
    void shouldKeepTheOrderOfEachProducerInAFifo() throws Exception {
        FifoQueue<Integer> queue = new FifoQueue<>("fifo", 8);
        List<Call<Void>> producing = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            int from = p * ELEMENTS;
            producing.add(Call.of(() -> {
                for (int i = 0; i < ELEMENTS; i++) {
                    queue.enqueue(from + i);
                }
                return null;
            }));
        }
        int[] next = {0, ELEMENTS, 2 * ELEMENTS};
        for (int i = 0; i < 3 * ELEMENTS; i++) {
            int element = queue.dequeue();
            assertThat(element).isEqualTo(next[element / ELEMENTS]++);
        }
        for (Call<Void> call : producing) {
            call.get();
        }
    }

    @Test
    void shouldLoseNothingWhenThreadsAreInterruptedAgainAndAgain() throws Exception {
        RandomGenerator random = Seed.random(Seed.of(this));
        FifoQueue<Integer> queue = new FifoQueue<>("fifo", 2);
        List<Call<Integer>> producing = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            producing.add(Call.of(() -> {
                int entered = 0;
                for (int i = 0; i < 3000; i++) {
                    try {
                        queue.enqueue(i);
                        entered++;
                    } catch (InterruptedException e) {
                        // this one did not enter
                    }
                }
                return entered;
            }));
        }
        List<Call<Integer>> consuming = new ArrayList<>();
        for (int c = 0; c < 2; c++) {
            consuming.add(Call.of(() -> {
                int left = 0;
                while (true) {
                    try {
                        left += queue.dequeueUpTo(3).size();
                    } catch (InterruptedException e) {
                        // what it had was put back
                    } catch (OutOfRangeException e) {
                        return left;
                    }
                }
            }));
        }
        while (producing.stream().anyMatch(Call::isWaiting)) {
            List<Call<Integer>> all = new ArrayList<>(producing);
            all.addAll(consuming);
            all.get(random.nextInt(all.size())).thread.interrupt();
            Thread.sleep(0, 50_000);
        }
        int entered = 0;
        for (Call<Integer> call : producing) {
            entered += call.get();
        }
        queue.close();
        int left = 0;
        for (Call<Integer> call : consuming) {
            left += call.get();
        }
        assertThat(left).isEqualTo(entered);
    }

    @Test
    void shouldEndAllThreadsAndShowTheFirstCauseWhenAProducerThrows() throws Exception {
        FifoQueue<Integer> queue = new FifoQueue<>("fifo", 2);
        Coordinator coordinator = new Coordinator();
        int[] made = {0};
        List<Thread> threads = new QueueRunner(queue, List.of(() -> queue.enqueue(1), () -> {
                    if (++made[0] == 100) {
                        throw new IllegalStateException("the disk is gone");
                    }
                    queue.enqueue(2);
                }))
                .start(coordinator);
        Call<List<Integer>> consumer = Call.of(() -> consume(queue, Seed.random(1)));
        consumer.get();
        assertThatThrownBy(coordinator::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the disk is gone");
        assertThat(threads).noneMatch(Thread::isAlive);
    }

    @Test
    void shouldEndAllThreadsWhenTheConsumerClosesWhileProducersWait() throws Exception {
        FifoQueue<Integer> queue = new FifoQueue<>("fifo", 1);
        QueueRunner runner = new QueueRunner(
                queue, Collections.nCopies(3, () -> queue.enqueue(1)), List.of(QueueCancelledException.class));
        List<Thread> threads = runner.start();
        queue.dequeue();
        queue.close(true);
        runner.join();
        assertThat(threads).hasSize(3).noneMatch(Thread::isAlive);
    }

    @Test
    void shouldEndAllThreadsWhenOneIsInterrupted() throws Exception {
        FifoQueue<Integer> queue = new FifoQueue<>("fifo", 1);
        Coordinator coordinator = new Coordinator();
        List<Thread> threads =
                new QueueRunner(queue, Collections.nCopies(3, () -> queue.enqueue(1))).start(coordinator);
        threads.get(1).interrupt();
        assertThatThrownBy(coordinator::join).hasRootCauseInstanceOf(InterruptedException.class);
        assertThat(threads).noneMatch(Thread::isAlive);
    }
}
