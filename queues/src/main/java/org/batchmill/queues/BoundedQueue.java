package org.batchmill.queues;

import java.util.ArrayDeque;
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
public abstract sealed class BoundedQueue<E> permits FifoQueue, ShuffleQueue, PaddingFifoQueue, PriorityQueue {

    private static final int ATTEMPTS = Runtime.getRuntime().availableProcessors() > 1 ? 64 : 1;

    private final String name;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Request<E>> enqueues = new ArrayDeque<>();
    private final ArrayDeque<Request<E>> dequeues = new ArrayDeque<>();
    private boolean closing;
    private boolean closed;
    private Request<E> toWake;

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
            requireOpen();
            if (!enqueues.isEmpty() || stored() >= capacity) {
                return false;
            }
            store(element);
            if (!dequeues.isEmpty()) {
                wake = goOn();
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
        Request<E> wake;
        acquire();
        try {
            requireOpen();
            enqueues.add(request);
            wake = goOn();
        } finally {
            lock.unlock();
        }
        wake(wake);
        if (!request.awaitSettled()) {
            withdraw(request, enqueues);
        }
        if (request.failure != null) {
            throw request.failure;
        }
    }

    private void requireOpen() {
        if (closing || closed) {
            throw new QueueCancelledException("queue " + name + " is closed");
        }
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
            if (!dequeues.isEmpty()) {
                return null;
            }
            if (leaving() == 0) {
                if (closed) {
                    throw outOfRange(1);
                }
                return null;
            }
            element = take();
            if (!enqueues.isEmpty()) {
                wake = goOn();
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
        Request<E> wake;
        acquire();
        try {
            dequeues.add(request);
            wake = goOn();
        } finally {
            lock.unlock();
        }
        wake(wake);
        if (!request.awaitSettled()) {
            withdraw(request, dequeues);
        }
        if (request.failure != null) {
            throw request.failure;
        }
        return request.taken;
    }

    /** The thread was interrupted. If the request was settled meanwhile it counts, and so does the interrupt, later. */
    private void withdraw(Request<E> request, ArrayDeque<Request<E>> pending) throws InterruptedException {
        boolean withdrawn;
        Request<E> wake;
        acquire();
        try {
            withdrawn = pending.remove(request);
            if (withdrawn && request.taken != null) {
                putBack(request.taken);
            }
            wake = goOn();
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
        Request<E> wake;
        acquire();
        try {
            if (closing || closed) {
                throw new QueueAbortedException("queue " + name + " is already closed");
            }
            closing = true;
            wake = goOn();
        } finally {
            lock.unlock();
        }
        wake(wake);
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
        Request<E> wake;
        acquire();
        try {
            closing = true;
            closed = true;
            for (Request<E> request = enqueues.poll(); request != null; request = enqueues.poll()) {
                int left = request.entering.size() - request.entered;
                request.failure = new QueueCancelledException(
                        "queue " + name + " was closed while " + left + " elements waited to be enqueued");
                settle(request);
            }
            wake = goOn();
        } finally {
            lock.unlock();
        }
        wake(wake);
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
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** How many operations wait: for tests that must know that a thread has arrived. */
    final int pending() {
        acquire();
        try {
            return enqueues.size() + dequeues.size();
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

    // Carrying out what has become possible. The lock is held.

    /** Lets the pending requests go on, in turns, until none can; returns those to be woken. */
    private Request<E> goOn() {
        boolean moved = true;
        while (moved) {
            moved = enqueueFirst();
            if (closing && enqueues.isEmpty()) {
                closed = true;
            }
            moved |= dequeueFirst();
        }
        Request<E> wake = toWake;
        toWake = null;
        return wake;
    }

    private boolean enqueueFirst() {
        Request<E> first = enqueues.peek();
        if (first == null || stored() >= capacity) {
            return false;
        }
        while (!first.allEntered() && stored() < capacity) {
            store(first.entering.get(first.entered++));
        }
        if (first.allEntered()) {
            settle(enqueues.poll());
        }
        return true;
    }

    private boolean dequeueFirst() {
        Request<E> first = dequeues.peek();
        if (first == null) {
            return false;
        }
        if (closed && stored() + first.taken.size() < first.wanted) {
            endShort(dequeues.poll());
            return true;
        }
        int leaving = leaving();
        if (leaving == 0) {
            return false;
        }
        for (; leaving > 0 && !first.allTaken(); leaving--) {
            first.taken.add(take());
        }
        if (first.allTaken()) {
            settle(dequeues.poll());
        }
        return true;
    }

    /** A dequeue that will not get all it asked for. */
    private void endShort(Request<E> request) {
        if (request.orFewer && stored() + request.taken.size() > 0) {
            while (stored() > 0) {
                request.taken.add(take());
            }
        } else {
            putBack(request.taken);
            request.taken.clear();
            request.failure = outOfRange(request.wanted);
        }
        settle(request);
    }

    private int leaving() {
        return closed ? stored() : free();
    }

    private OutOfRangeException outOfRange(int wanted) {
        return new OutOfRangeException("queue " + name + " is closed and has too few elements: " + wanted
                + " were asked for, " + stored() + " are left");
    }

    private void settle(Request<E> request) {
        request.nextToWake = toWake;
        toWake = request;
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
