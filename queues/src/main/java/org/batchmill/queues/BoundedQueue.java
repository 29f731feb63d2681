package org.batchmill.queues;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bounded queue with the semantics of TensorFlow's queues. The subclasses decide which element leaves next.
 *
 * <p>Enqueues that must wait for space, and dequeues that must wait for elements, wait in first-come order; only the first of
 * each may go on, so that a large {@link #dequeueMany} holds back the dequeues behind it. A thread that is interrupted while it
 * waits gets an {@link InterruptedException}; what it had taken is put back, what it had enqueued stays.
 *
 * <p>Safe for use by many threads. Elements are never null, and the queue does not own them: whoever dequeues one does. What is
 * in a queue when it is dropped is simply forgotten.
 *
 * <p>How it is made. One lock guards everything and is held for a few instructions; it need not be fair, for first-come order is
 * kept by two lists of pending requests. An operation that changes the state carries out the pending requests that it made
 * possible, and wakes their threads after giving the lock back. So a woken thread finds its work done: it takes no lock, nobody
 * can overtake it, and no thread wakes in vain.
 *
 * @param <E> the elements
 */
public abstract sealed class BoundedQueue<E> permits FifoQueue, ShuffleQueue, PriorityQueue {

    private static final int ATTEMPTS = Runtime.getRuntime().availableProcessors() > 1 ? 64 : 1;

    private final String name;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final PendingRequests<E> pending = new PendingRequests<>(this);

    BoundedQueue(String name, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("queue " + name + ": the capacity is at least 1, not " + capacity);
        }
        this.name = Objects.requireNonNull(name, "name");
        this.capacity = capacity;
    }

    // What the subclasses decide. The lock is held.

    /** Puts an element in. */
    abstract void store(E element);

    /** Takes out the element whose turn it is; there is one. */
    abstract E take();

    /** Puts elements back that were taken, in the order in which they were taken. */
    abstract void putBack(List<E> elements);

    /** How many elements are in. */
    abstract int stored();

    /** How many of them may leave while the queue is open. */
    int free() {
        return stored();
    }

    /** Refuses an element that does not belong here, with an {@link IllegalArgumentException}. Called without the lock. */
    void check(E element) {
        Objects.requireNonNull(element, "element");
    }

    // Enqueue.

    /**
     * Puts an element in, waiting for space.
     *
     * @throws QueueCancelledException if the queue is closed, or closed with cancel while this waits
     */
    public final void enqueue(E element) throws InterruptedException {
        check(element);
        if (!tryEnqueueChecked(element)) {
            enqueueSlowly(List.of(element));
        }
    }

    /**
     * Puts an element in if that is possible without waiting.
     *
     * @throws QueueCancelledException if the queue is closed
     */
    public final boolean tryEnqueue(E element) {
        check(element);
        return tryEnqueueChecked(element);
    }

    private boolean tryEnqueueChecked(E element) {
        Request<E> wake = null;
        acquire();
        try {
            pending.requireOpen();
            if (!pending.noEnqueue() || stored() >= capacity) {
                return false;
            }
            store(element);
            if (!pending.noDequeue()) {
                wake = pending.goOn();
            }
        } finally {
            lock.unlock();
        }
        wake(wake);
        return true;
    }

    /**
     * Puts elements in, one after the other as space appears. Not atomic: what has entered stays if the rest is cancelled. No
     * elements are no operation.
     *
     * @throws QueueCancelledException if the queue is closed, or closed with cancel while this waits
     */
    public final void enqueueMany(List<? extends E> elements) throws InterruptedException {
        elements.forEach(this::check);
        if (!elements.isEmpty()) {
            enqueueSlowly(List.copyOf(elements));
        }
    }

    private void enqueueSlowly(List<? extends E> elements) throws InterruptedException {
        Request<E> request = Request.enqueue(elements);
        change(() -> pending.addEnqueue(request));
        await(request);
    }

    // Dequeue.

    /**
     * Takes an element, waiting for one.
     *
     * @throws OutOfRangeException if the queue is closed and empty
     */
    public final E dequeue() throws InterruptedException {
        E element = tryDequeue();
        return element != null ? element : dequeueSlowly(1, false).get(0);
    }

    /**
     * Takes an element if that is possible without waiting, else returns null.
     *
     * @throws OutOfRangeException if the queue is closed and empty
     */
    public final E tryDequeue() {
        Request<E> wake = null;
        E element;
        acquire();
        try {
            if (!pending.noDequeue()) {
                return null;
            }
            if (pending.leaving() == 0) {
                if (pending.closed()) {
                    throw pending.outOfRange(1);
                }
                return null;
            }
            element = take();
            if (!pending.noEnqueue()) {
                wake = pending.goOn();
            }
        } finally {
            lock.unlock();
        }
        wake(wake);
        return element;
    }

    /**
     * Takes {@code count} elements, one after the other as they appear; more than the capacity is possible.
     *
     * @throws OutOfRangeException if the queue is closed before there were so many; what was taken is put back
     */
    public List<E> dequeueMany(int count) throws InterruptedException {
        return dequeueSlowly(count, false);
    }

    /**
     * Takes {@code count} elements while the queue is open; what is left, at least one, when it is closed.
     *
     * @throws OutOfRangeException if the queue is closed and empty
     */
    public List<E> dequeueUpTo(int count) throws InterruptedException {
        return dequeueSlowly(count, true);
    }

    private List<E> dequeueSlowly(int count, boolean orFewer) throws InterruptedException {
        if (count < 0) {
            throw new IllegalArgumentException("queue " + name + ": cannot dequeue " + count + " elements");
        }
        Request<E> request = Request.dequeue(count, orFewer);
        if (count == 0) {
            return request.taken;
        }
        change(() -> pending.addDequeue(request));
        await(request);
        return request.taken;
    }

    // What both have in common.

    /** Changes the pending requests, carries out those that this made possible, and wakes their threads. */
    private void change(Runnable change) {
        Request<E> wake;
        acquire();
        try {
            change.run();
            wake = pending.goOn();
        } finally {
            lock.unlock();
        }
        wake(wake);
    }

    private void await(Request<E> request) throws InterruptedException {
        if (!request.awaitSettled()) {
            withdraw(request);
        }
        if (request.failure != null) {
            throw request.failure;
        }
    }

    /** The thread was interrupted. If the request was settled meanwhile it counts, and so does the interrupt, later. */
    private void withdraw(Request<E> request) throws InterruptedException {
        boolean withdrawn;
        Request<E> wake;
        acquire();
        try {
            withdrawn = pending.withdraw(request);
            wake = pending.goOn();
        } finally {
            lock.unlock();
        }
        wake(wake);
        if (withdrawn) {
            throw new InterruptedException("interrupted while waiting for queue " + name);
        }
        Thread.currentThread().interrupt();
    }

    // Close.

    /**
     * Closes the queue behind the enqueues that are pending now; new ones fail. Does not wait for that.
     *
     * @throws QueueAbortedException if the queue is closed, or about to be
     */
    public final void close() {
        change(pending::close);
    }

    /**
     * Closes the queue.
     *
     * @param cancelPendingEnqueues true to close it now: pending enqueues fail as cancelled. This may be done again and again,
     *                              and after a plain close. False for a plain {@link #close()}
     */
    public final void close(boolean cancelPendingEnqueues) {
        if (!cancelPendingEnqueues) {
            close();
            return;
        }
        change(pending::closeNow);
    }

    // What is asked about it.

    public final String name() {
        return name;
    }

    public final int capacity() {
        return capacity;
    }

    /** How many elements are in, without those of pending operations. */
    public final int size() {
        acquire();
        try {
            return stored();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a close has taken effect. */
    public final boolean isClosed() {
        acquire();
        try {
            return pending.closed();
        } finally {
            lock.unlock();
        }
    }

    /** How many operations wait: for tests that must know that a thread has arrived. */
    final int pendingRequests() {
        acquire();
        try {
            return pending.count();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " " + name;
    }

    /**
     * Takes the lock. It is held for some ten nanoseconds, and parking takes a thousand times as long: trying again is worth it.
     */
    private void acquire() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
    }

    private static <E> void wake(Request<E> first) {
        Request<E> request = first;
        while (request != null) {
            Request<E> next = request.nextToWake;
            request.nextToWake = null;
            request.settled = true;
            LockSupport.unpark(request.thread);
            request = next;
        }
    }
}
