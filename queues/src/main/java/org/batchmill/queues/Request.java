package org.batchmill.queues;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A pending enqueue or dequeue. Whoever makes it possible carries it out under the queue's lock and then wakes the thread that
 * waits for it, which needs no lock any more.
 */
final class Request<E> {

    /**
     * A hand-over between two running threads takes less than a microsecond, waking a parked one takes tens: it is worth to look
     * that often before parking. More would take the processor from the thread that is waited for.
     */
    private static final int LOOKS = Runtime.getRuntime().availableProcessors() > 1 ? 100 : 0;

    final Thread thread = Thread.currentThread();

    /** Of an enqueue: what enters, and how much of it has. */
    final List<? extends E> entering;

    int entered;

    /** Of a dequeue: how many are asked for, whether fewer will do after close, and what was taken. */
    final int wanted;

    final boolean orFewer;
    final List<E> taken;

    /** Set before {@link #settled}. */
    QueueException failure;

    volatile boolean settled;
    /** The next of the requests that one operation settled; they are woken after the lock is given back. */
    Request<E> nextToWake;

    private Request(List<? extends E> entering, int wanted, boolean orFewer, List<E> taken) {
        this.entering = entering;
        this.wanted = wanted;
        this.orFewer = orFewer;
        this.taken = taken;
    }

    static <E> Request<E> enqueue(List<? extends E> elements) {
        return new Request<>(elements, 0, false, null);
    }

    static <E> Request<E> dequeue(int wanted, boolean orFewer) {
        return new Request<>(null, wanted, orFewer, new ArrayList<>(Math.min(wanted, 1024)));
    }

    boolean allEntered() {
        return entered == entering.size();
    }

    boolean allTaken() {
        return taken.size() == wanted;
    }

    /** Waits until it is settled; false if the thread was interrupted before. */
    boolean awaitSettled() {
        for (int look = 0; look < LOOKS && !settled; look++) {
            Thread.onSpinWait();
        }
        while (!settled) {
            LockSupport.park(this);
            if (!settled && Thread.interrupted()) {
                return false;
            }
        }
        return true;
    }
}
