package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class PipelineMetricsTest {

    private static final int WAITED_MICROS = 50_000;

    private static PipelineBuilder<Integer, Ledger.Element, Ledger.Batch> numbers(int size, Ledger ledger) {
        return PipelineBuilder.of(IndexedSource.of(size, index -> (int) index), ledger);
    }

    @Test
    void shouldSayThatTheConsumerWaitedAndWhatFor() throws Exception {
        Thread consumer = Thread.currentThread();
        CountDownLatch delivered = new CountDownLatch(1);
        Ledger ledger = new Ledger().micros(number -> {
            if (number == 5) {
                // Of the second batch. From here on the consumer waits, however busy the machine is.
                awaitWaiting(consumer, delivered);
                return WAITED_MICROS;
            }
            return 2000;
        });
        try (var pipeline = numbers(60, ledger).batchSize(5).workers(2).start()) {
            pipeline.next().close();
            delivered.countDown();
            long from = System.nanoTime();
            PipelineOrderTest.drain(pipeline);
            long atMost = System.nanoTime() - from;
            PipelineMetrics metrics = pipeline.metrics();
            assertThat(metrics.counts().samples()).isEqualTo(60);
            assertThat(metrics.counts().batches()).isEqualTo(12);
            assertThat(metrics.counts().bytes()).isEqualTo(240);
            assertThat(metrics.times().waitedNanos()).isBetween(WAITED_MICROS * 1000L, atMost);
            assertThat(metrics.millisPerSample(metrics.stages().get(1))).isGreaterThanOrEqualTo(2);
            assertThat(metrics.verdict())
                    .matches(
                            "training waited \\d+ % for data; slowest stage: decode, [0-9.]+ ms a sample on 2 workers");
        }
    }

    private static void awaitWaiting(Thread thread, CountDownLatch before) {
        try {
            before.await();
            Await.until("the consumer waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldSayThatTheConsumerDidNotWaitWhenItIsTheSlowOne() throws Exception {
        try (var pipeline = numbers(40, new Ledger()).batchSize(4).workers(1).start()) {
            for (int batch = 0; batch < 10; batch++) {
                pipeline.next().close();
                Ledger.pause(10_000);
            }
            assertThat(pipeline.next()).isNull();
            PipelineMetrics.Times times = pipeline.metrics().times();
            // What it did with its ten batches is no waiting, however long the machine made it wait between them.
            assertThat(times.runNanos() - times.waitedNanos()).isGreaterThanOrEqualTo(10 * 10_000_000L);
        }
    }

    @Test
    void shouldWriteTheVerdictInPlainWords() {
        List<PipelineMetrics.Stage> stages = List.of(
                new PipelineMetrics.Stage("read", 1_000_000, 100),
                new PipelineMetrics.Stage("decode", 810_000_000, 100),
                new PipelineMetrics.Stage("write", 90_000_000, 95));
        PipelineMetrics metrics = new PipelineMetrics(
                new PipelineMetrics.Times(0, 1_000_000_000, 30_000_000),
                new PipelineMetrics.Counts(95, 3, 1000, 5),
                new PipelineMetrics.Workers(2, 0, 0),
                new PipelineMetrics.Queues(2, 0, 0),
                new PipelineMetrics.Memory(0, 0),
                Double.NaN,
                stages);
        assertThat(metrics.verdict())
                .isEqualTo("training waited 3 % for data; slowest stage: decode, 8.1 ms a sample on 2 workers");
    }

    @Test
    void shouldTraceSpansAndCountersWhenAskedFor() throws Exception {
        Set<String> spans = ConcurrentHashMap.newKeySet();
        Set<String> counters = ConcurrentHashMap.newKeySet();
        PipelineListener listener = new PipelineListener() {
            @Override
            public boolean traces() {
                return true;
            }

            @Override
            public void onSpan(String name, long from, long to, long sequence) {
                assertThat(to).isGreaterThanOrEqualTo(from);
                spans.add(name + " " + sequence);
            }

            @Override
            public void onCounter(String name, long at, long value) {
                counters.add(name);
            }
        };
        try (var pipeline =
                numbers(6, new Ledger()).batchSize(3).listener(listener).start()) {
            PipelineOrderTest.drain(pipeline);
        }
        Set<String> expected = new HashSet<>();
        for (int element = 0; element < 6; element++) {
            expected.addAll(List.of("read " + element, "decode " + element, "write " + element));
        }
        expected.addAll(List.of("seal 0", "seal 1", "wait 0", "wait 1", "wait 2"));
        assertThat(spans).isEqualTo(expected);
        assertThat(counters).containsExactlyInAnyOrder("batches ready", "elements in flight");
    }

    @Test
    void shouldServeOneCachedBatchAsOftenAsThereWouldBeBatches() throws Exception {
        Ledger ledger = new Ledger();
        try (var pipeline =
                numbers(10, ledger).batchSize(4).epochs(2L).cached(true).start()) {
            assertThat(PipelineOrderTest.drain(pipeline)).hasSize(5).containsOnly("0[0:0, 0:1, 0:2, 0:3]");
        }
        ledger.expectNothingAlive();
    }

    @Test
    void shouldTuneItselfInsideItsLimitsWithoutChangingTheOrder() throws Exception {
        List<String> plain;
        try (var pipeline = numbers(1200, new Ledger())
                .shuffle(Shuffle.permutation())
                .seed(1)
                .batchSize(4)
                .start()) {
            plain = PipelineOrderTest.drain(pipeline);
        }
        Ledger ledger = new Ledger().micros(n -> 500);
        List<String> tuned = new ArrayList<>();
        int most = 0;
        try (var pipeline = numbers(1200, ledger)
                .shuffle(Shuffle.permutation())
                .seed(1)
                .batchSize(4)
                .workers(1)
                .autotune(new Autotune(4, 4, Long.MAX_VALUE))
                .start()) {
            for (Ledger.Batch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                tuned.add(batch.toString());
                batch.close();
                most = Math.max(most, pipeline.metrics().workers().count());
            }
        }
        assertThat(tuned).isEqualTo(plain);
        assertThat(most).isBetween(2, 4);
        ledger.expectNothingAlive();
    }

    @Test
    void shouldKeepToItsMemoryWhenTuningItself() throws Exception {
        // An element counts 100 bytes, a batch 1000: a worker with its 8 elements and two batches of prefetch take
        // 3800.
        try (var pipeline = numbers(800, new Ledger().micros(n -> 200))
                .batchSize(4)
                .workers(1)
                .autotune(new Autotune(8, 8, 3900))
                .start()) {
            for (Ledger.Batch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                batch.close();
                assertThat(pipeline.metrics().workers().count()).isEqualTo(1);
                assertThat(pipeline.metrics().queues().prefetch()).isEqualTo(2);
            }
        }
        assertThatThrownBy(() -> new Autotune(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldDrawEachElementOnceAnEpochThroughAShuffleQueue() throws Exception {
        Ledger ledger = new Ledger().bad(n -> n == 50);
        List<String> rows = new ArrayList<>();
        try (var pipeline = PipelineBuilder.of(
                        IndexedSource.of(200, index -> {
                            if (index == 60) {
                                throw new IOException("unreadable");
                            }
                            return (int) index;
                        }),
                        ledger)
                .shuffle(Shuffle.queue(40, 20))
                .readers(3)
                .epochs(2L)
                .batchSize(8)
                .errors(ErrorPolicy.skip(4))
                .start()) {
            for (Ledger.Batch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                rows.addAll(batch.rows);
                batch.close();
            }
        }
        List<String> expected = IntStream.range(0, 400)
                .filter(i -> i % 200 != 50 && i % 200 != 60)
                .mapToObj(i -> i / 200 + ":" + i % 200)
                .toList();
        assertThat(rows).containsExactlyInAnyOrderElementsOf(expected).isNotEqualTo(expected);
        ledger.expectNothingAlive();
    }
}
