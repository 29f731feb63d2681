package org.batchmill.queues.threads;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A pool as libraries want it. Shutting it down closes the pool. */
final class PoolExecutor extends AbstractExecutorService {

    private final WorkerPool pool;
    private volatile boolean closed;

    PoolExecutor(WorkerPool pool) {
        this.pool = pool;
    }

    @Override
    @SuppressWarnings(
            "FutureReturnValueIgnored") // whoever hands in a task without asking for a future hears of what it throws
    // by itself
    public void execute(Runnable task) {
        try {
            pool.submit(() -> {
                task.run();
                return null;
            });
        } catch (IllegalStateException e) {
            throw new RejectedExecutionException(e.getMessage(), e); // what an executor's callers look for
        }
    }

    @Override
    public void shutdown() {
        closed = true;
        pool.close();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return closed;
    }

    @Override
    public boolean isTerminated() {
        return closed && pool.awaitEnd(0, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return pool.awaitEnd(timeout, unit);
    }
}
