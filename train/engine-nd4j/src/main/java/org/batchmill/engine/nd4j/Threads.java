package org.batchmill.engine.nd4j;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.batchmill.queues.threads.WorkerPool;

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
    private final WorkerPool others;

    Threads(int count) {
        this.count = count;
        this.others = count == 1 ? null : new WorkerPool("nd4j-host", count - 1);
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
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Future<Void>> helping = new ArrayList<>(helpers);
        for (int i = 0; i < helpers; i++) {
            helping.add(others.submit(() -> {
                drain(next, parts, part, failure);
                return null;
            }));
        }
        drain(next, parts, part, failure);
        await(helping, failure);
        if (failure.get() instanceof RuntimeException e) {
            throw e;
        }
        if (failure.get() instanceof Error e) {
            throw e;
        }
    }

    private static void drain(AtomicInteger next, int parts, Part part, AtomicReference<Throwable> failure) {
        try {
            for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
                part.run(i);
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Waits even when interrupted: the others still write into the arrays. */
    private static void await(List<Future<Void>> helping, AtomicReference<Throwable> failure) {
        boolean interrupted = false;
        for (Future<Void> helper : helping) {
            boolean ended = false;
            while (!ended) {
                try {
                    helper.get();
                    ended = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    failure.compareAndSet(null, e.getCause());
                    ended = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (others != null) {
            others.close();
        }
    }
}
