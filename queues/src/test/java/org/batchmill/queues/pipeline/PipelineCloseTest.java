package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.testing.Await;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a pipeline ends, no thread runs on and nothing decoded is left. */
@Timeout(300)
@Tag("concurrent")
class PipelineCloseTest {

    private static PipelineBuilder<Integer, Ledger.Element, Ledger.Batch> endless(Ledger ledger, String name) {
        return PipelineBuilder.of(IndexedSource.of(100, index -> (int) index), ledger)
                .shuffle(Shuffle.permutation())
                .seed(1)
                .epochs(null)
                .batchSize(7)
                .errors(ErrorPolicy.skip(Long.MAX_VALUE))
                .name(name);
    }

    private static List<String> threadsOf(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(thread -> thread.startsWith(name))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"permutation", "queue:20,5"})
    void shouldFreeEverythingWhenClosedAtAnyMoment(String shuffle) throws Exception {
        RandomGenerator random = Seed.random(Seed.of(this));
        for (int round = 0; round < 60; round++) {
            Ledger ledger =
                    new Ledger(2).partners(round % 4).bad(n -> n % 9 == 0).micros(n -> random.nextInt(50));
            var pipeline = endless(ledger, "closing-")
                    .shuffle(Shuffle.parse(shuffle))
                    .workers(1 + round % 4)
                    .start();
            for (int i = random.nextInt(5); i > 0; i--) {
                pipeline.next().close();
            }
            Thread.sleep(0, random.nextInt(900_000));
            pipeline.close();
            pipeline.close();
            ledger.expectNothingAlive();
            assertThat(threadsOf("closing-")).isEmpty();
            assertThatThrownBy(pipeline::next).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldFreeEverythingWhenWritingFails() {
        Ledger ledger = new Ledger().partners(2).failWriting(13);
        try (var pipeline = endless(ledger, "failing-").workers(3).start()) {
            assertThatThrownBy(() -> PipelineOrderTest.drain(pipeline))
                    .isInstanceOf(PipelineException.class)
                    .hasRootCauseMessage("no space for 13");
        }
        ledger.expectNothingAlive();
        assertThat(threadsOf("failing-")).isEmpty();
    }

    @Test
    void shouldLeaveThePipelineAsItIsWhenTheConsumerIsInterrupted() throws Exception {
        Ledger ledger = new Ledger();
        CountDownLatch go = new CountDownLatch(1);
        IndexedSource<Integer> slow = IndexedSource.of(4, index -> {
            go.await();
            return (int) index;
        });
        try (var pipeline = PipelineBuilder.of(slow, ledger).batchSize(4).start()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(pipeline::next).isInstanceOf(InterruptedException.class);
            go.countDown();
            Ledger.Batch batch = pipeline.next();
            assertThat(batch).hasToString("0[0:0, 0:1, 0:2, 0:3]");
            batch.close();
        }
        ledger.expectNothingAlive();
    }

    @Test
    void shouldEndWhenAWorkerIsInterruptedFromOutside() throws Exception {
        Ledger ledger = new Ledger(1);
        CountDownLatch waiting = new CountDownLatch(1);
        IndexedSource<Integer> slow = IndexedSource.of(4, index -> {
            waiting.countDown();
            new CountDownLatch(1).await();
            return 0;
        });
        try (var pipeline =
                PipelineBuilder.of(slow, ledger).workers(1).name("outside-").start()) {
            waiting.await();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().startsWith("outside-")) {
                    thread.interrupt();
                }
            }
            assertThatThrownBy(pipeline::next).hasCauseInstanceOf(InterruptedException.class);
        }
        assertThat(threadsOf("outside-")).isEmpty();
    }

    @Test
    void shouldCloseWhileAReaderWaitsForAStreamThatIsSilent() throws Exception {
        StreamSource<Integer> silent = new StreamSource<>() {
            @Override
            public Integer next() throws InterruptedException {
                new CountDownLatch(1).await();
                return null;
            }

            @Override
            public String position() {
                return "";
            }

            @Override
            public void seek(String position) {}
        };
        for (String shuffle : List.of("none", "window:4", "queue:8,2")) {
            var pipeline = PipelineBuilder.of(silent, new Ledger())
                    .shuffle(Shuffle.parse(shuffle))
                    .seed(1)
                    .name("silent-")
                    .start();
            pipeline.close();
            assertThat(threadsOf("silent-")).as(shuffle).isEmpty();
        }
    }

    /** The one batch was waited for with the lock that close wants. */
    @Test
    void shouldCloseWhileTheConsumerWaitsForTheCachedBatch() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        IndexedSource<Integer> silent = IndexedSource.of(4, index -> {
            reading.countDown();
            new CountDownLatch(1).await();
            return 0;
        });
        var pipeline = PipelineBuilder.of(silent, new Ledger())
                .batchSize(4)
                .cached(true)
                .name("cached-")
                .start();
        WorkerThread consumer = WorkerThread.start("consumer", pipeline::next, e -> {});
        reading.await();
        Await.until("the consumer waits", () -> consumer.getState() == Thread.State.TIMED_WAITING);
        WorkerThread closer = WorkerThread.start("closer", pipeline::close, e -> {});
        Await.until("both have ended", () -> !closer.isAlive() && !consumer.isAlive());
        assertThat(consumer.death()).hasMessage("the pipeline is closed");
        assertThat(closer.death()).isNull();
        assertThat(threadsOf("cached-")).isEmpty();
    }

    /** The readers of a queue were not waited for, and whoever closes a pipeline closes what they read from next. */
    @Test
    void shouldLeaveNoReaderInTheSourceWhenTheThreadThatClosesIsInterrupted() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean closed = new AtomicBoolean();
        AtomicBoolean left = new AtomicBoolean();
        IndexedSource<Integer> slow = IndexedSource.of(1, index -> {
            reading.countDown();
            awaitWhateverComes(go);
            left.set(closed.get());
            return 0;
        });
        var pipeline = PipelineBuilder.of(slow, new Ledger())
                .shuffle(Shuffle.parse("queue:8,2"))
                .seed(1)
                .start();
        reading.await();
        WorkerThread closer = WorkerThread.start(
                "closer",
                () -> {
                    Thread.currentThread().interrupt();
                    pipeline.close();
                    closed.set(true);
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                },
                e -> {});
        Await.until(
                "it waits for the reader, or has ended",
                () -> closer.getState() == Thread.State.TIMED_WAITING || !closer.isAlive());
        go.countDown();
        Await.until("it has ended", () -> !closer.isAlive());
        assertThat(left).isFalse();
        assertThat(closer.death()).isNull();
    }

    /** As native code does. */
    private static void awaitWhateverComes(CountDownLatch go) {
        boolean done = false;
        while (!done) {
            try {
                go.await();
                done = true;
            } catch (InterruptedException e) {
                // it goes on
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 16})
    void shouldNotLockUpWithTheSmallestCapacities(int workers) throws Exception {
        for (int partners = 0; partners < 4; partners++) {
            for (int batchSize : new int[] {1, 2, 9}) {
                Ledger ledger = new Ledger(1).partners(partners).bad(n -> n % 3 == 0);
                try (var pipeline = endless(ledger, "tiny-")
                        .epochs(2L)
                        .workers(workers)
                        .prefetch(1)
                        .batchSize(batchSize)
                        .finalBatch(FinalBatch.SMALLER_EACH_EPOCH)
                        .start()) {
                    assertThat(PipelineOrderTest.drain(pipeline)).hasSize(2 * ((66 + batchSize - 1) / batchSize));
                }
                ledger.expectNothingAlive();
                assertThat(ledger.mostAlive.get()).isLessThanOrEqualTo(partners + 8 * workers);
            }
        }
    }
}
