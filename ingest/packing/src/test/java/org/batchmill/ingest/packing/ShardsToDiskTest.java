package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("concurrent")
class ShardsToDiskTest {

    private final Queue<String> done = new ConcurrentLinkedQueue<>();
    private final CountDownLatch disk = new CountDownLatch(1);
    private final WorkGate gate = WorkGate.open(WorkGate.newJob());
    private final ShardsToDisk shards = new ShardsToDisk(1);
    private final WorkerPool others = new WorkerPool("others", 1);

    @AfterEach
    void close() {
        disk.countDown();
        gate.close();
        shards.close();
        others.close();
    }

    @Test
    void shouldLetAWorkerGoOnWhileTheDiskTakesItsShard() throws Exception {
        shards.finish(gate, () -> finished("first"));
        done.add("work of the next");
        disk.countDown();
        shards.await();

        assertThat(done).containsExactly("work of the next", "first");
    }

    @Test
    void shouldTakeNoMoreShardsThanThereAreWorkers() throws Exception {
        shards.finish(gate, () -> finished("first"));
        Future<Void> next = others.submit(() -> {
            shards.finish(gate, () -> finished("second"));
            done.add("second is handed in");
            return null;
        });
        disk.countDown();
        next.get();
        shards.await();

        assertThat(done).startsWith("first").contains("second", "second is handed in");
    }

    @Test
    void shouldSayWhatBecameOfAShardThatFailed() throws Exception {
        IOException full = new IOException("out/p-00000-of-00001.tfrecord: cannot be written: no space");
        shards.finish(gate, () -> {
            throw full;
        });

        assertThatThrownBy(shards::await).isSameAs(full);
        shards.await();
    }

    @Test
    void shouldLetNoJobEndBeforeItsShardsAreFinished() throws Exception {
        shards.finish(gate, () -> finished("first"));
        Future<Void> end = others.submit(() -> {
            gate.stop();
            done.add("end");
            return null;
        });
        Await.until("the job is stopped", this::isStopped);
        disk.countDown();
        end.get();

        assertThat(done).containsExactly("first", "end");
        assertThatThrownBy(() -> shards.finish(gate, () -> finished("late"))).isInstanceOf(CancellationException.class);
        assertThat(done).doesNotContain("late");
    }

    private boolean isStopped() throws IOException {
        try {
            gate.checkGoing();
            return false;
        } catch (CancellationException e) {
            return true;
        }
    }

    private Void finished(String shard) throws InterruptedException {
        disk.await();
        done.add(shard);
        return null;
    }
}
