package org.batchmill.jobs.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.batchmill.queues.threads.WorkerThread;

/** Threads that share out the numbers of epochs and do a piece of work for each, with nothing between them but a counter. */
final class LoopThreads {

    /** What one thread works with. Used by that thread, and closed by it. */
    interface Worker extends AutoCloseable {

        /**
         * Does one piece.
         *
         * @return whether it counts: a bad sample that is left out does not
         */
        boolean work(long number) throws IOException, InterruptedException;

        @Override
        void close();
    }

    /** Makes a thread's worker, on that thread. */
    interface Start {
        Worker worker() throws InterruptedException;
    }

    private final AtomicLong next = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final long length;

    private LoopThreads(long length) {
        this.length = length;
    }

    /**
     * Does the pieces 0 to {@code length}, which it does not hold.
     *
     * @return how many that count were done in a second
     * @throws IOException the first that a thread threw
     */
    static double perSecond(int threads, long length, Start start) throws IOException, InterruptedException {
        return new LoopThreads(length).run(threads, start);
    }

    private double run(int count, Start start) throws IOException, InterruptedException {
        List<WorkerThread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            threads.add(WorkerThread.of("bare-" + i, () -> loop(start), e -> {
                failure.compareAndSet(null, e);
                next.set(length);
            }));
        }
        threads.forEach(Thread::start);
        try {
            for (WorkerThread thread : threads) {
                thread.join();
            }
        } finally {
            // They write into memory that is freed behind this.
            next.set(length);
            threads.forEach(thread -> thread.joinFully(Long.MAX_VALUE / 2));
        }
        Throwable ended = failure.get();
        if (ended instanceof IOException data) {
            throw data;
        } else if (ended != null) {
            throw new IllegalStateException(ended);
        }
        return done.get() / ((System.nanoTime() - begin) * 1e-9);
    }

    private void loop(Start start) throws IOException, InterruptedException {
        try (Worker worker = start.worker()) {
            for (long i = next.getAndIncrement(); i < length; i = next.getAndIncrement()) {
                if (worker.work(i)) {
                    done.incrementAndGet();
                }
            }
        }
    }
}
