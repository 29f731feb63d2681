package org.batchmill.queues.threads;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Work that is done once, at the first question or before it, on a thread of its own that nobody can interrupt; whoever asks meanwhile waits, an
 * interrupted thread too. This is how native libraries are loaded: they are unpacked through channels, which an interrupt closes, and
 * a class whose library failed to load stays dead in this JVM.
 *
 * <p>Of all such works in a JVM one is done at a time, so none may wait for another. Two libraries that load beside each other can wait for each
 * other for ever: JavaCPP holds a lock while a library loads, whose start initialises classes, and whoever is initialising one of these wants that lock.
 * Safe for use by many threads.
 *
 * @param <T> the result
 */
public final class Undisturbed<T> {

    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private final String name;
    private final Callable<T> work;
    private final CountDownLatch done = new CountDownLatch(1);
    private boolean started;
    private volatile T result;
    private volatile Throwable failure;

    /**
     * Nothing is started yet.
     *
     * @param name of the thread
     * @param work must not touch the class that waits for it while that class is being initialised
     */
    public Undisturbed(String name, Callable<T> work) {
        this.name = name;
        this.work = work;
    }

    /** Begins the work if nobody has yet, and does not wait for it: for whoever will ask later and has something else to do. */
    public synchronized void begin() {
        if (!started) {
            WorkerThread.start(name, this::run, this::fail);
            started = true;
        }
    }

    /** Waits for the end of the work, which the first call begins. */
    private void await() {
        begin();
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

    private void run() throws Exception {
        ONE_AT_A_TIME.lock();
        try {
            result = work.call();
        } finally {
            ONE_AT_A_TIME.unlock();
        }
        done.countDown();
    }

    private void fail(Throwable cause) {
        failure = cause;
        done.countDown();
    }

    /** What the work threw, Errors included; null if it was done. */
    public Throwable failure() {
        await();
        return failure;
    }

    /** What the work gave; null if it failed. */
    public T result() {
        await();
        return result;
    }
}
