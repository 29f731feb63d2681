package org.batchmill.queues.threads;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A fixed number of {@linkplain WorkerThread threads} for tasks that are handed in one by one. Whatever a task throws, Errors included,
 * comes out of its future. Safe for use by many threads.
 */
public final class WorkerPool implements AutoCloseable {

    private final List<WorkerThread> threads = new ArrayList<>();
    private final BlockingQueue<Task<?>> waiting = new LinkedBlockingQueue<>();
    private final Set<Task<?>> unfinished = ConcurrentHashMap.newKeySet();
    private volatile Throwable dead;
    private volatile boolean closed;

    private record Task<T>(Callable<T> work, CompletableFuture<T> result) {
        void run() {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        }
    }

    /**
     * Starts the threads.
     *
     * @param name of the threads, which are numbered from 0
     */
    public WorkerPool(String name, int count) {
        for (int i = 0; i < count; i++) {
            threads.add(WorkerThread.start(name + "-" + i, this::serve, this::fail));
        }
    }

    /** Runs a task on the next thread that is free. */
    public <T> Future<T> submit(Callable<T> work) {
        if (closed) {
            throw new IllegalStateException("the pool is closed");
        }
        Task<T> task = new Task<>(work, new CompletableFuture<>());
        unfinished.add(task);
        waiting.add(task);
        if (closed) {
            forget(); // it was closed meanwhile, and may have forgotten before this was there
        }
        if (dead != null) {
            fail(dead);
        }
        return task.result();
    }

    /**
     * Waits for a task, and throws what it threw as if the caller had run it.
     *
     * @throws IllegalStateException if it threw a checked exception that is neither of those declared
     * @throws CancellationException if the pool was closed before it began
     */
    public static <T> T result(Future<T> task) throws IOException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException io) {
                throw io;
            }
            if (cause instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            if (cause instanceof RuntimeException fault) {
                throw fault;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(cause);
        }
    }

    /** Waits for a short task to end, however it does, without heeding interrupts, which are kept for later: it uses memory of the caller's. */
    public static void awaitFully(Future<?> task) {
        boolean interrupted = false;
        while (!task.isDone()) {
            try {
                task.get();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException | CancellationException e) {
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        while (!closed) {
            Task<?> task;
            try {
                task = waiting.take();
            } catch (InterruptedException e) {
                continue; // the pool is closed, or it was meant for a task that had ended when it came
            }
            task.run();
            unfinished.remove(task);
        }
    }

    /** A thread of the pool itself has died, outside of a task: nobody may wait for what it should have done. */
    private void fail(Throwable cause) {
        if (closed) {
            return;
        }
        dead = cause;
        for (Task<?> task : unfinished) {
            task.result().completeExceptionally(cause);
        }
    }

    /**
     * This pool for a library that wants an executor of the JDK's. What tasks throw that were given to {@link ExecutorService#execute} nobody hears: the
     * library has to.
     */
    public ExecutorService executor() {
        return new PoolExecutor(this);
    }

    /** Interrupts what runs and cancels what waits; does not wait for the threads. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        forget();
    }

    private void forget() {
        for (Task<?> task = waiting.poll(); task != null; task = waiting.poll()) {
            task.result().cancel(false);
            unfinished.remove(task);
        }
    }

    /** Waits for the threads to end after {@link #close()}; returns whether they did. */
    public boolean awaitEnd(long timeout, TimeUnit unit) {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        boolean ended = true;
        for (WorkerThread thread : threads) {
            ended &= thread.joinFully(Math.max(0, deadline - System.nanoTime()));
        }
        return ended;
    }
}
