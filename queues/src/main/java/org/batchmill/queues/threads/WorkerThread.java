package org.batchmill.queues.threads;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A thread whose end somebody hears of: whatever its work throws, Errors and {@link InterruptedException} included, is handed to its
 * heir on this thread, and kept in {@link #death()} for whoever waits for it and looks. A daemon: a consumer that forgets to close
 * must not keep the JVM alive. Safe for use by many threads.
 */
public final class WorkerThread extends Thread {

    /** What a thread does until it ends. */
    @FunctionalInterface
    public interface Work {
        /** Works to the end. */
        void run() throws Exception;
    }

    private final Work work;
    private final Consumer<? super Throwable> heir;
    private volatile Throwable death;

    private WorkerThread(String name, Work work, Consumer<? super Throwable> heir) {
        super(Objects.requireNonNull(name, "name"));
        this.work = Objects.requireNonNull(work, "work");
        this.heir = Objects.requireNonNull(heir, "heir");
        setDaemon(true);
    }

    /**
     * A thread that is not started yet.
     *
     * @param heir called once, on the thread itself, with whatever ends it other than the end of its work
     */
    public static WorkerThread of(String name, Work work, Consumer<? super Throwable> heir) {
        return new WorkerThread(name, work, heir);
    }

    /** {@link #of}, started. */
    public static WorkerThread start(String name, Work work, Consumer<? super Throwable> heir) {
        WorkerThread thread = of(name, work, heir);
        thread.start();
        return thread;
    }

    @Override
    public void run() {
        try {
            work.run();
        } catch (Throwable e) {
            die(e);
        }
    }

    private void die(Throwable cause) {
        death = cause; // first: whatever becomes of the heir's own work, those who look will see it
        try {
            heir.accept(cause);
        } catch (Throwable e) {
            if (e != cause) {
                cause.addSuppressed(e);
            }
        }
    }

    /** What ended it; null while it runs, and if it came to the end of its work. */
    public Throwable death() {
        return death;
    }

    /**
     * For whoever waits for what this thread should bring.
     *
     * @throws WorkerDiedException if something ended it
     */
    public void requireAlive() {
        Throwable cause = death;
        if (cause != null) {
            throw new WorkerDiedException(getName(), cause);
        }
    }

    /**
     * Waits for the end without heeding interrupts, which are kept for later: half of a clean-up would leak.
     *
     * @param nanos how long to wait
     * @return whether it has ended
     */
    public boolean joinFully(long nanos) {
        long from = System.nanoTime();
        boolean interrupted = false;
        try {
            while (isAlive()) {
                long left = nanos - (System.nanoTime() - from);
                if (left <= 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedJoin(this, left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
