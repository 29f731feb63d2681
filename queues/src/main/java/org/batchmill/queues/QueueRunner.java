package org.batchmill.queues;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.batchmill.queues.threads.WorkerThread;

/**
 * Fills a queue: runs enqueue actions, one thread each, until the data end or the coordinator stops. With a coordinator one more
 * thread waits for the stop and closes the queue with cancel, which wakes everybody who waits at it.
 *
 * <p>A thread ends normally on an exception that means the end of the data ({@link OutOfRangeException} unless told otherwise).
 * The last thread to end closes the queue, so that the consumers get what is left and then their own out of range. Any other
 * exception goes to {@link Coordinator#requestStop(Throwable)}; without a coordinator it is kept, and {@link #join()} throws it.
 *
 * <p>Safe for use by many threads. The queue stays the caller's.
 */
public final class QueueRunner {

    private final BoundedQueue<?> queue;
    private final List<EnqueueAction> actions;
    private final List<Class<? extends Exception>> endsOfData;
    private final List<Throwable> exceptionsRaised = new ArrayList<>();
    private List<Thread> threads = List.of();
    private int running;

    /** Ends normally on {@link OutOfRangeException}. */
    public QueueRunner(BoundedQueue<?> queue, List<? extends EnqueueAction> actions) {
        this(queue, actions, List.of(OutOfRangeException.class));
    }

    public QueueRunner(
            BoundedQueue<?> queue, List<? extends EnqueueAction> actions, List<Class<? extends Exception>> endsOfData) {
        this.queue = Objects.requireNonNull(queue, "queue");
        this.actions = List.copyOf(actions);
        this.endsOfData = List.copyOf(endsOfData);
        if (this.actions.isEmpty()) {
            throw new IllegalArgumentException("a runner of " + queue + " needs at least one action");
        }
    }

    public BoundedQueue<?> queue() {
        return queue;
    }

    /** Starts without a coordinator. */
    public List<Thread> start() {
        return start(null);
    }

    /**
     * Starts the threads, registered with the coordinator. Does nothing, and returns no threads, while those of an earlier start
     * are running.
     *
     * @param coordinator may be null
     * @return the new threads; all are daemons
     */
    public synchronized List<Thread> start(Coordinator coordinator) {
        if (running > 0) {
            return List.of();
        }
        exceptionsRaised.clear();
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < actions.size(); i++) {
            EnqueueAction action = actions.get(i);
            started.add(WorkerThread.of(
                    queue.name() + "-runner-" + i, () -> run(action, coordinator), e -> died(e, coordinator)));
        }
        if (coordinator != null) {
            started.add(WorkerThread.of(
                    queue.name() + "-closer", () -> closeOnStop(coordinator), coordinator::stopBecauseOf));
        }
        running = actions.size();
        threads = List.copyOf(started);
        for (Thread thread : threads) {
            if (coordinator != null) {
                coordinator.register(thread);
            }
        }
        threads.forEach(Thread::start);
        return threads;
    }

    /** What the actions threw, but for ends of data, where there was no coordinator to tell. */
    public synchronized List<Throwable> exceptionsRaised() {
        return List.copyOf(exceptionsRaised);
    }

    /**
     * Waits for the threads to end.
     *
     * @throws CompletionException with the first exception that was kept
     */
    public void join() throws InterruptedException {
        List<Thread> started;
        synchronized (this) {
            started = threads;
        }
        for (Thread thread : started) {
            thread.join();
        }
        List<Throwable> raised = exceptionsRaised();
        if (!raised.isEmpty()) {
            throw new CompletionException(raised.get(0));
        }
    }

    private void run(EnqueueAction action, Coordinator coordinator) throws Exception {
        while (coordinator == null || !coordinator.shouldStop()) {
            action.enqueue();
        }
        ended();
    }

    private void died(Throwable e, Coordinator coordinator) {
        try {
            if (endsOfData.stream().noneMatch(type -> type.isInstance(e))) {
                report(e, coordinator);
            }
        } finally {
            ended();
        }
    }

    private void report(Throwable e, Coordinator coordinator) {
        if (coordinator != null) {
            coordinator.stopBecauseOf(e);
        } else {
            synchronized (this) {
                exceptionsRaised.add(e);
            }
        }
    }

    private void ended() {
        synchronized (this) {
            running--;
            if (running > 0) {
                return;
            }
        }
        try {
            queue.close();
        } catch (QueueAbortedException alreadyClosed) {
            // by the consumer or the coordinator's stop: that is what was wanted
        }
    }

    private void closeOnStop(Coordinator coordinator) {
        try {
            coordinator.waitForStop();
        } catch (InterruptedException e) {
            coordinator.stopBecauseOf(e);
        } finally {
            queue.close(true);
        }
    }
}
