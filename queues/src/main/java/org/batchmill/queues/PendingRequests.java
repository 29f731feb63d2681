package org.batchmill.queues;

import java.util.ArrayDeque;

/**
 * The enqueues and dequeues of a queue that wait, in first-come order, and how they go on: whoever changes the state carries out
 * what has become possible, and gets the requests whose threads are to be woken. Guarded by the queue's lock.
 */
final class PendingRequests<E> {

    private final BoundedQueue<E> queue;
    private final ArrayDeque<Request<E>> enqueues = new ArrayDeque<>();
    private final ArrayDeque<Request<E>> dequeues = new ArrayDeque<>();
    private boolean closing;
    private boolean closed;
    private Request<E> toWake;

    PendingRequests(BoundedQueue<E> queue) {
        this.queue = queue;
    }

    boolean noEnqueue() {
        return enqueues.isEmpty();
    }

    boolean noDequeue() {
        return dequeues.isEmpty();
    }

    int count() {
        return enqueues.size() + dequeues.size();
    }

    /** A close has taken effect. */
    boolean closed() {
        return closed;
    }

    void requireOpen() {
        if (closing) {
            throw new QueueCancelledException("queue " + queue.name() + " is closed");
        }
    }

    void addEnqueue(Request<E> request) {
        requireOpen();
        enqueues.add(request);
    }

    void addDequeue(Request<E> request) {
        dequeues.add(request);
    }

    /** Takes a request out whose thread was interrupted; false if it was settled before. */
    boolean withdraw(Request<E> request) {
        if (request.taken == null) {
            return enqueues.remove(request);
        }
        boolean withdrawn = dequeues.remove(request);
        if (withdrawn) {
            queue.putBack(request.taken);
        }
        return withdrawn;
    }

    /** Closes behind the pending enqueues. */
    void close() {
        if (closing) {
            throw new QueueAbortedException("queue " + queue.name() + " is already closed");
        }
        closing = true;
    }

    /** Closes now: pending enqueues fail. */
    void closeNow() {
        closing = true;
        closed = true;
        for (Request<E> request = enqueues.poll(); request != null; request = enqueues.poll()) {
            int left = request.entering.size() - request.entered;
            request.failure = new QueueCancelledException(
                    "queue " + queue.name() + " was closed while " + left + " elements waited to be enqueued");
            settle(request);
        }
    }

    /** Lets the pending requests go on, in turns, until none can; returns those to be woken. */
    Request<E> goOn() {
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
        if (first == null || queue.stored() >= queue.capacity()) {
            return false;
        }
        while (!first.allEntered() && queue.stored() < queue.capacity()) {
            queue.store(first.entering.get(first.entered++));
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
        if (closed && queue.stored() + first.taken.size() < first.wanted) {
            endShort(dequeues.poll());
            return true;
        }
        int leaving = leaving();
        if (leaving == 0) {
            return false;
        }
        for (; leaving > 0 && !first.allTaken(); leaving--) {
            first.taken.add(queue.take());
        }
        if (first.allTaken()) {
            settle(dequeues.poll());
        }
        return true;
    }

    /** A dequeue that will not get all it asked for. */
    private void endShort(Request<E> request) {
        if (request.orFewer && queue.stored() + request.taken.size() > 0) {
            while (queue.stored() > 0) {
                request.taken.add(queue.take());
            }
        } else {
            queue.putBack(request.taken);
            request.taken.clear();
            request.failure = outOfRange(request.wanted);
        }
        settle(request);
    }

    /** How many elements may leave now. */
    int leaving() {
        return closed ? queue.stored() : queue.free();
    }

    OutOfRangeException outOfRange(int wanted) {
        return new OutOfRangeException("queue " + queue.name() + " is closed and has too few elements: " + wanted
                + " were asked for, " + queue.stored() + " are left");
    }

    private void settle(Request<E> request) {
        request.nextToWake = toWake;
        toWake = request;
    }
}
