package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.batchmill.queues.threads.WorkerDiedException;
import org.batchmill.queues.threads.WorkerThread;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An Error anywhere in a worker, such as a class that is missing, reaches the consumer, who would else wait for ever. */
@Tag("concurrent")
@Timeout(300)
class KilledWorkerTest {

    private static final IndexedSource<Integer> NUMBERS = IndexedSource.of(20, index -> (int) index);

    /** A ledger one of whose methods throws an Error the first time: closing the pipeline releases what is left. */
    @SuppressWarnings("unchecked")
    private static BatchAssembler<Integer, Ledger.Element, Ledger.Batch> killing(String method) {
        Ledger ledger = new Ledger();
        AtomicBoolean thrown = new AtomicBoolean();
        return (BatchAssembler<Integer, Ledger.Element, Ledger.Batch>) Proxy.newProxyInstance(
                KilledWorkerTest.class.getClassLoader(),
                new Class<?>[] {BatchAssembler.class},
                (proxy, called, arguments) -> {
                    if (called.getName().equals(method) && !thrown.getAndSet(true)) {
                        throw new NoClassDefFoundError(method);
                    }
                    try {
                        return called.invoke(ledger, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"decode", "open", "write", "seal", "release", "bytes", "decodedBytes", "batchBytes"})
    void shouldTellTheConsumerOfAnErrorInAnyStep(String method) throws Exception {
        try (var pipeline = PipelineBuilder.of(NUMBERS, killing(method))
                .batchSize(3)
                .workers(2)
                .start()) {
            assertThatThrownBy(() -> drain(pipeline)).satisfies(e -> {
                assertThat(e).isInstanceOf(PipelineException.class);
                assertThat(e.getCause()).isInstanceOf(NoClassDefFoundError.class);
            });
        }
    }

    private static void drain(Pipeline<?, ?, Ledger.Batch> pipeline) throws InterruptedException {
        for (Ledger.Batch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
            batch.close();
        }
    }

    @Test
    void shouldTellTheConsumerOfAnErrorInTheSource() throws Exception {
        IndexedSource<Integer> dying = IndexedSource.of(20, index -> {
            if (index == 7) {
                throw new OutOfMemoryError("Java heap space");
            }
            return (int) index;
        });
        try (var pipeline = PipelineBuilder.of(dying, new Ledger())
                .batchSize(3)
                .errors(ErrorPolicy.skip(100))
                .start()) {
            assertThatThrownBy(() -> drain(pipeline))
                    .hasMessage("java.lang.OutOfMemoryError: Java heap space")
                    .hasCauseInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test
    void shouldTakeAnElementThatExhaustsTheStackForABadOne() throws Exception {
        IndexedSource<Integer> deep = IndexedSource.of(20, index -> index == 7 ? nested(0) : (int) index);
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        PipelineListener listener = new PipelineListener() {
            @Override
            public void onSkipped(String name, Draw draw, Exception cause) {
                heard.add(name + ": " + cause.getMessage());
            }
        };
        try (var pipeline = PipelineBuilder.of(deep, new Ledger())
                .batchSize(3)
                .errors(ErrorPolicy.skip(100))
                .listener(listener)
                .start()) {
            drain(pipeline);
        }
        assertThat(heard).containsExactly("element 7: it is nested too deeply to be read");
        try (var pipeline = PipelineBuilder.of(deep, new Ledger()).batchSize(3).start()) {
            assertThatThrownBy(() -> drain(pipeline))
                    .hasMessage("element 7: it is nested too deeply to be read")
                    .hasRootCauseInstanceOf(StackOverflowError.class);
        }
    }

    private static int nested(int depth) {
        return depth < 0 ? 0 : 1 + nested(depth + 1) * 2;
    }

    @Test
    void shouldNotTakeADeadThreadOfTheSourceForABadElement() throws Exception {
        IndexedSource<Integer> dying = IndexedSource.of(20, index -> {
            throw new WorkerDiedException("video-convert", new NoClassDefFoundError("x"));
        });
        try (var pipeline = PipelineBuilder.of(dying, new Ledger())
                .batchSize(3)
                .errors(ErrorPolicy.skip(100))
                .start()) {
            assertThatThrownBy(() -> drain(pipeline)).hasCauseInstanceOf(WorkerDiedException.class);
        }
    }

    @Test
    void shouldNoticeAWorkerThatDiedWithoutBeingHeard() throws Exception {
        WorkerThread dead = WorkerThread.start(
                "worker-0",
                () -> {
                    throw new OutOfMemoryError("first");
                },
                e -> {
                    throw new OutOfMemoryError("second");
                });
        dead.join();
        WorkerWatchdog watch = new WorkerWatchdog(List.of(dead), message -> {});
        watch.begin();
        assertThatThrownBy(watch::look)
                .isInstanceOf(WorkerDiedException.class)
                .hasMessage("thread worker-0 died of java.lang.OutOfMemoryError: first");
    }

    @Test
    void shouldTellOfAWorkerThatIsSilent() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        WorkerThread silent = WorkerThread.start("worker-0", end::await, e -> {});
        List<String> told = new ArrayList<>();
        WorkerWatchdog watch = new WorkerWatchdog(List.of(silent), told::add, 0);
        watch.begin();
        watch.look();
        end.countDown();
        silent.join();
        assertThat(told).singleElement().asString().matches("(?s)no batch for \\d+ s:.*");
    }
}
