package org.batchmill.queues.pipeline;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock that knows how often it was taken by who came for it, and how often by who was woken: what each costs grows with the number of
 * threads that want it, so neither may grow with them. The counts are guarded by the lock itself.
 */
final class CountedLock extends ReentrantLock {

    private static final long serialVersionUID = 1L;

    private long acquired;
    private long woken;

    @Override
    public void lock() {
        super.lock();
        acquired++;
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        super.lockInterruptibly();
        acquired++;
    }

    /** Said by a thread that holds the lock again behind a wait. */
    void wokenUp() {
        woken++;
    }

    /** Times that it was taken, waits not counted. The caller holds it. */
    long acquired() {
        return acquired;
    }

    /** Times that a wait for it ended. The caller holds it. */
    long woken() {
        return woken;
    }
}
