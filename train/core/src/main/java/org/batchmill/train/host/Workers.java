package org.batchmill.train.host;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.batchmill.queues.threads.WorkerThread;

/**
 * The threads of the host operations: the caller's and some of their own, which wait parked. Running work makes no garbage. The split
 * into parts never depends on the number of threads, so that results do not either. What a part throws is thrown by the call that ran it.
 * Used by one caller at a time.
 */
public final class Workers implements AutoCloseable {

    /** One part of some work. */
    public interface Part {
        /**
         * @param part   which
         * @param worker who runs it, from 0: for memory that belongs to a thread
         */
        void run(int part, int worker);
    }

    /** How often a worker looks for new work before it parks: some microseconds, less than waking it takes. */
    private static final int SPINS = 2000;

    private final WorkerThread[] threads;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private volatile Part work;
    private volatile int parts;
    private final AtomicInteger round = new AtomicInteger();
    private volatile boolean closed;
    private volatile Throwable failure;
    private volatile boolean dead;

    /**
     * @param name  of the threads, before a number
     * @param count of all threads, the caller's included
     */
    public Workers(String name, int count) {
        threads = new WorkerThread[count - 1];
        for (int i = 0; i < threads.length; i++) {
            int worker = i + 1;
            threads[i] = WorkerThread.start(name + "-" + worker, () -> serve(worker), this::died);
        }
    }

    /** All threads, the caller's included. */
    public int count() {
        return threads.length + 1;
    }

    /** Runs parts 0 to {@code count - 1}, in any order, and returns when all are done. */
    public void run(int count, IntConsumer part) {
        run(count, (number, worker) -> part.accept(number));
    }

    /** Runs parts 0 to {@code count - 1}, in any order, and returns when all are done. */
    @SuppressWarnings("ThreadPriorityCheck") // correct without the yield, and slow where the cores are busy
    public void run(int count, Part part) {
        if (threads.length == 0 || count == 1) {
            for (int i = 0; i < count; i++) {
                part.run(i, 0);
            }
            return;
        }
        requireAlive();
        if (work != null) {
            throw new IllegalStateException("host operations do not run inside one another");
        }
        failure = null;
        work = part;
        parts = count;
        next.set(0);
        running.set(threads.length);
        round.incrementAndGet();
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        drain(0);
        for (int i = 0; running.get() > 0; i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield(); // this core may be the one that the last part waits for
                requireAlive();
            }
        }
        work = null;
        Throwable thrown = failure;
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
    }

    private void died(Throwable cause) {
        failure = cause;
        dead = true;
    }

    /** A worker that died, which no part makes it do, would be waited for for ever. */
    private void requireAlive() {
        if (dead) {
            throw new IllegalStateException("a thread of the host operations died of " + failure, failure);
        }
    }

    private void serve(int worker) {
        int seen = 0;
        while (!closed) {
            for (int i = 0; i < SPINS && round.get() == seen && !closed; i++) {
                Thread.onSpinWait();
            }
            while (round.get() == seen && !closed) {
                LockSupport.park(this);
            }
            if (closed) {
                return;
            }
            seen = round.get();
            drain(worker);
            running.decrementAndGet();
        }
    }

    private void drain(int worker) {
        try {
            int count = parts;
            Part part = work;
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                part.run(i, worker);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }
}
