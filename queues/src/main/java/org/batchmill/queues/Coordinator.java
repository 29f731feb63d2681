package org.batchmill.queues;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends a group of threads together. Any of them asks for the stop, all look at {@link #shouldStop()}, one waits in {@link
 * #join}, which throws the first exception that led to the stop. {@link OutOfRangeException} is the end of the data: a stop
 * without an error. Safe for use by many threads.
 */
public final class Coordinator {

    /** How long {@link #join} waits for threads after the stop. */
    public static final Duration DEFAULT_GRACE = Duration.ofMinutes(2);

    /** Threads that end do not tell: join looks at them that often. */
    private static final long LOOK_MILLIS = 20;

    private final List<Class<? extends Throwable>> cleanStops;
    private final Set<Thread> registered = new LinkedHashSet<>();
    private boolean stopRequested;
    private boolean joined;
    private Throwable reported;

    /** With {@link OutOfRangeException} as the only clean stop. */
    public Coordinator() {
        this(List.of(OutOfRangeException.class));
    }

    /** With exceptions that are no errors when they are reported. */
    public Coordinator(List<Class<? extends Throwable>> cleanStops) {
        this.cleanStops = List.copyOf(cleanStops);
    }

    public synchronized boolean shouldStop() {
        return stopRequested;
    }

    /** Asks all to stop, without an error. */
    public synchronized void requestStop() {
        stopRequested = true;
        notifyAll();
    }

    /**
     * Asks all to stop because of an exception. The first request counts: what is reported after it follows from the stop.
     *
     * @throws CompletionException with the exception, if {@link #join} is over: nobody else would hear of it
     */
    public synchronized void requestStop(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        boolean clean = cleanStops.stream().anyMatch(type -> type.isInstance(cause));
        if (joined && !clean) {
            throw new CompletionException(cause);
        }
        if (!stopRequested && !clean) {
            reported = cause;
        }
        requestStop();
    }

    /**
     * Does something, and stops all if it throws: what it throws is reported as by {@link #requestStop(Throwable)} and goes no further.
     *
     * @throws CompletionException as {@link #requestStop(Throwable)} does
     */
    public void stopOnException(ThrowingAction action) {
        try {
            action.run();
        } catch (Throwable e) {
            requestStop(e);
        }
    }

    /** As {@link #requestStop(Throwable)}, from a thread that has nobody to throw to. */
    synchronized void stopBecauseOf(Throwable cause) {
        if (!joined) {
            requestStop(cause);
        }
    }

    /** Makes the coordinator ready for another run: no stop, no exception, not joined. */
    public synchronized void clearStop() {
        stopRequested = false;
        joined = false;
        reported = null;
    }

    /** Waits for the stop. */
    public synchronized void waitForStop() throws InterruptedException {
        while (!stopRequested) {
            wait();
        }
    }

    /** Waits for the stop, at most that long; returns whether it was asked for. */
    public synchronized boolean waitForStop(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        long left = timeout.toNanos();
        while (!stopRequested && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = deadline - System.nanoTime();
        }
        return stopRequested;
    }

    /** Adds a thread to those that {@link #join} waits for. */
    public synchronized void register(Thread thread) {
        registered.add(thread);
    }

    /** Throws the exception that led to the stop, as the cause of a {@link CompletionException}, if there is one. */
    public synchronized void throwIfReported() {
        if (reported != null) {
            throw new CompletionException(reported);
        }
    }

    /** Joins the registered threads with the default grace. */
    public void join() throws InterruptedException, TimeoutException {
        join(List.of(), DEFAULT_GRACE, false);
    }

    /**
     * Waits until all registered and given threads have ended, or the stop was asked for and then, at most for the grace period,
     * until they have ended.
     *
     * @param threads     to be joined with the registered ones
     * @param ignoreAlive whether threads that still run after the grace period are no error
     * @throws CompletionException with the exception that led to the stop, also if threads still run
     * @throws TimeoutException    naming the threads that still run after the grace period
     */
    public void join(List<Thread> threads, Duration grace, boolean ignoreAlive)
            throws InterruptedException, TimeoutException {
        Set<Thread> all = new LinkedHashSet<>(threads);
        synchronized (this) {
            all.addAll(registered);
        }
        while (!alive(all).isEmpty() && !waitForStop(Duration.ofMillis(LOOK_MILLIS))) {
            // neither: look again
        }
        long deadline = System.nanoTime() + grace.toNanos();
        for (Thread thread : all) {
            long left = deadline - System.nanoTime();
            if (left > 0 && thread.isAlive()) {
                TimeUnit.NANOSECONDS.timedJoin(thread, left);
            }
        }
        List<String> stragglers = alive(all);
        synchronized (this) {
            joined = true;
            registered.clear();
        }
        throwIfReported();
        if (!stragglers.isEmpty() && !ignoreAlive) {
            throw new TimeoutException("stopped with threads still running: " + String.join(", ", stragglers));
        }
    }

    private static List<String> alive(Set<Thread> threads) {
        List<String> names = new ArrayList<>();
        for (Thread thread : threads) {
            if (thread.isAlive()) {
                names.add(thread.getName());
            }
        }
        return names;
    }
}
