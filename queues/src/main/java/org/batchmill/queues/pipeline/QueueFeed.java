package org.batchmill.queues.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.batchmill.queues.Coordinator;
import org.batchmill.queues.EnqueueAction;
import org.batchmill.queues.OutOfRangeException;
import org.batchmill.queues.QueueRunner;
import org.batchmill.queues.ShuffleQueue;

/**
 * Draws from a {@link ShuffleQueue} that several readers fill: they take from another feed in turns, read side by side, and
 * enqueue when they are done. So the order depends on their timing.
 *
 * <p>The state behind the n-th draw is that of the other feed behind its n-th element. What was drawn early and what is still in
 * the queue then are equally many: a restored feed repeats some elements and loses as many.
 */
final class QueueFeed<T> implements Feed<T> {

    /** An element with the epoch that it was read in. */
    private record Arrival<T>(long epoch, String name, T element, Exception failure) {}

    private final Feed<T> source;
    private final Shuffle.Queue shuffle;
    private final long seed;
    private final ShuffleQueue<Arrival<T>> queue;
    private final Coordinator coordinator = new Coordinator();
    private final List<Thread> threads;
    /** Guarded by this, as is {@code fed}. */
    private final ArrayDeque<FeedPosition> positions = new ArrayDeque<>();

    private long fed;

    QueueFeed(Feed<T> source, Shuffle.Queue shuffle, long seed, int readers, String name) {
        this.source = source;
        this.shuffle = shuffle;
        this.seed = seed;
        this.queue = new ShuffleQueue<>(name + "-shuffle", shuffle.capacity(), shuffle.minAfterDequeue(), seed);
        List<EnqueueAction> actions = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            actions.add(this::readOne);
        }
        this.threads = new QueueRunner(queue, actions).start(coordinator);
    }

    private void readOne() throws Exception {
        Ticket<T, Void> ticket;
        synchronized (this) {
            ticket = source.take(fed);
            if (ticket == null) {
                throw new OutOfRangeException("the epochs are done");
            }
            fed++;
            positions.add(ticket.after);
        }
        if (ticket.index >= 0) {
            try {
                ticket.element = source.read(ticket.index);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                ticket.failure = e;
                ticket.name = source.name(ticket.index);
            }
        }
        queue.enqueue(new Arrival<>(ticket.draw.epoch(), ticket.name, ticket.element, ticket.failure));
    }

    @Override
    public <D> Ticket<T, D> take(long sequence) throws Exception {
        Arrival<T> arrival;
        try {
            arrival = queue.dequeue();
        } catch (OutOfRangeException e) {
            try {
                coordinator.throwIfReported();
            } catch (CompletionException reported) {
                throw new PipelineException(
                        "reading ended: " + reported.getCause().getMessage(), reported.getCause());
            }
            return null;
        }
        FeedPosition after;
        synchronized (this) {
            after = positions.remove();
        }
        Ticket<T, D> ticket = new Ticket<>(new Draw(seed, arrival.epoch(), sequence), arrival.name(), -1, after);
        ticket.element = arrival.element();
        ticket.failure = arrival.failure();
        return ticket;
    }

    @Override
    public T read(long index) {
        throw new IllegalStateException("elements come out of the queue as they are");
    }

    @Override
    public boolean waits() {
        return source.waits();
    }

    @Override
    public String order() {
        return shuffle + " over " + source.order();
    }

    @Override
    public long epochLength() {
        return source.epochLength();
    }

    @Override
    public FeedPosition begin() {
        return source.begin();
    }

    @Override
    public void close() {
        coordinator.requestStop();
        queue.close(true);
        threads.forEach(Thread::interrupt);
        try {
            joinFully();
        } catch (TimeoutException e) {
            throw new PipelineException(e.getMessage(), e);
        } catch (CompletionException e) {
            // reading had failed: who took from this feed was told, and closing is what is wanted now
        } finally {
            source.close();
        }
    }

    /** Without heeding interrupts, which are kept for later: a reader must not be left in a source that is closed next. */
    private void joinFully() throws TimeoutException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    coordinator.join(threads, Pipeline.GRACE, false);
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
