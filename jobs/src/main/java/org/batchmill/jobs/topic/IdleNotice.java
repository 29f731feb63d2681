package org.batchmill.jobs.topic;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.batchmill.jobs.JobListener;
import org.batchmill.queues.threads.WorkerThread;

/** Says, once each time, that a topic has nothing to learn from: a training that waits looks like one that hangs. */
final class IdleNotice implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(2);

    private final String topic;
    private final LongSupplier taken;
    private final long patienceNanos;
    private final JobListener listener;
    private final CountDownLatch closed = new CountDownLatch(1);

    private IdleNotice(String topic, LongSupplier taken, Duration blockSeconds, JobListener listener) {
        this.topic = topic;
        this.taken = taken;
        this.patienceNanos = LEAST_PATIENCE.plus(blockSeconds).toNanos();
        this.listener = listener;
    }

    /**
     * Starts to watch.
     *
     * @param taken        samples taken so far, from any thread
     * @param blockSeconds how long messages may wait for the rest of their block
     */
    static IdleNotice watch(String topic, LongSupplier taken, Duration blockSeconds, JobListener listener) {
        IdleNotice notice = new IdleNotice(topic, taken, blockSeconds, listener);
        WorkerThread.start(
                "idle-" + topic, notice::look, problem -> listener.warn("no word when the topic is quiet: " + problem));
        return notice;
    }

    private void look() throws InterruptedException {
        long last = taken.getAsLong();
        long since = System.nanoTime();
        boolean said = false;
        while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            long now = taken.getAsLong();
            if (now != last) {
                last = now;
                since = System.nanoTime();
                said = false;
            } else if (!said && System.nanoTime() - since > patienceNanos) {
                said = true;
                listener.log("waiting for messages of " + topic);
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
