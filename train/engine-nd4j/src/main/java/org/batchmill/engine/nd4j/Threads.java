package org.batchmill.engine.nd4j;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The threads of the host operations: the caller's and some of their own. The split of the work into parts never depends on how
 * many there are, so that results do not either. Used by one caller at a time.
 */
final class Threads implements AutoCloseable {

    /** One part of some work. */
    interface Part {
        void run(int part);
    }

    private final int count;
    private final ExecutorService others;

    Threads(int count) {
        this.count = count;
        this.others = count == 1
                ? null
                : Executors.newFixedThreadPool(count - 1, task -> {
                    Thread thread = new Thread(task, "nd4j-host");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    int count() {
        return count;
    }

    /** Runs parts 0 to {@code parts - 1}, in any order, and returns when all are done. */
    void run(int parts, Part part) {
        int helpers = Math.min(count, parts) - 1;
        if (helpers <= 0) {
            for (int i = 0; i < parts; i++) {
                part.run(i);
            }
            return;
        }
        AtomicInteger next = new AtomicInteger();
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(helpers);
        for (int i = 0; i < helpers; i++) {
            others.execute(() -> {
                try {
                    drain(next, parts, part, failure);
                } finally {
                    done.countDown();
                }
            });
        }
        drain(next, parts, part, failure);
        await(done);
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private static void drain(AtomicInteger next, int parts, Part part, AtomicReference<RuntimeException> failure) {
        try {
            for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
                part.run(i);
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Waits even when interrupted: the others still write into the arrays. */
    private static void await(CountDownLatch done) {
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (others != null) {
            others.shutdown();
        }
    }
}
