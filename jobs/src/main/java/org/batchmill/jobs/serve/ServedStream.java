package org.batchmill.jobs.serve;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;

/**
 * The batches and who takes them: the first consumer that comes says how they are shared out and where they begin, and that holds as long as
 * one is connected. Safe for use by many threads.
 *
 * <p>Two locks. {@code coming} is held while a consumer is taken in, which may close one pipeline and open the next; the monitor guards
 * everything else, and is never held while a thread is waited for.
 */
final class ServedStream implements Production.Sink, AutoCloseable {

    /** Opens a pipeline at a state; null for the beginning. */
    @FunctionalInterface
    interface Source {
        Production open(String state, Production.Sink sink) throws IOException;
    }

    private final Source source;
    private final int batchSize;
    private final boolean smaller;
    private final JobListener listener;
    private final Object coming = new Object();

    private final Window window;
    private final String veryBeginning;
    private Production production;
    private Sharing sharing;
    private int consumers;
    private int untold;
    private Throwable failure;
    private boolean closed;

    /**
     * Begins to make batches, so that the first are there when they are asked for.
     *
     * @param slots     of the ring
     * @param batchSize rows of a whole batch
     * @param smaller   whether an epoch may end with a smaller one
     */
    ServedStream(Source source, int slots, int batchSize, boolean smaller, JobListener listener) throws IOException {
        this.source = source;
        this.batchSize = batchSize;
        this.smaller = smaller;
        this.listener = listener;
        this.window = new Window(slots);
        this.production = source.open(null, this);
        this.veryBeginning = production.beginState();
        window.begin(production.begin(), veryBeginning);
        production.start();
    }

    // What the production's thread calls.

    @Override
    public synchronized boolean awaitRoom(Production from) throws InterruptedException {
        while (!closed && from == production && !window.hasRoom()) {
            wait();
        }
        return !closed && from == production;
    }

    @Override
    public synchronized boolean add(Production from, Entry entry) {
        if (closed || from != production) {
            return false;
        }
        window.add(entry);
        changed();
        return true;
    }

    @Override
    public synchronized void fail(Production from, Throwable why) {
        if (!closed && from == production) {
            failure = why;
            window.fail(Objects.toString(why.getMessage(), why.toString()));
            untold = consumers;
            notifyAll();
        }
    }

    /** Gives memory back that nobody needs any more, and wakes all that wait. */
    private void changed() {
        if (sharing != null) {
            window.release(sharing::needs);
        }
        notifyAll();
    }

    // What connections call.

    /**
     * Takes a consumer in.
     *
     * @throws Refusal saying why not
     */
    Consumer attach(Hello hello) throws Refusal {
        synchronized (coming) {
            Consumer consumer;
            Position start;
            synchronized (this) {
                consumer = join(hello);
                start = sharing.start();
                consumers++;
            }
            try {
                if (start != null) {
                    begin(start);
                }
            } catch (UsageException | DataException e) {
                abandon(consumer);
                throw Refusal.forGood(e.getMessage());
            } catch (IOException | RuntimeException e) {
                abandon(consumer);
                throw Refusal.forGood(e.toString());
            }
            return consumer;
        }
    }

    private Consumer join(Hello hello) throws Refusal {
        if (closed) {
            throw Refusal.forNow("the server is being stopped");
        }
        if (failure != null) {
            throw Refusal.forGood(window.failure());
        }
        requireEven(hello);
        if (sharing == null || (!sharing.inUse() && !(sameSharing(hello) && sharing.awaits(hello)))) {
            sharing = hello.shared() ? new OneStream(window) : new Shards(hello.shards(), batchSize, window);
        } else if (!sameSharing(hello)) {
            throw Refusal.forNow(
                    "the batches are shared out as " + sharing.name() + " at present, not as " + hello.sharing());
        }
        return sharing.join(hello);
    }

    private boolean sameSharing(Hello hello) {
        return sharing.name().equals(hello.sharing());
    }

    private void requireEven(Hello hello) throws Refusal {
        if (batchSize % hello.shards() != 0) {
            throw Refusal.forGood("batches of " + batchSize + " cannot be divided into " + hello.shards()
                    + " shards of one size: serve with a --batch that can");
        }
        if (smaller && hello.shards() > 1) {
            throw Refusal.forGood(
                    "shards are of one size only without a smaller batch at the end: serve with --last drop");
        }
    }

    /** The consumer that came last could not be served: what it asked for is forgotten, and the others are told to come again. */
    private synchronized void abandon(Consumer consumer) {
        detach(consumer, false);
        sharing = null;
        notifyAll();
    }

    /** Has the window begin at a position: as it is if it does, else with a new pipeline. */
    private void begin(Position start) throws IOException {
        String state = start.state() == null ? veryBeginning : start.state();
        Production old;
        synchronized (this) {
            if (production != null
                    && window.oldest() == start.batch()
                    && window.stateBefore(start.batch()).equals(state)) {
                sharing.begin();
                changed();
                return;
            }
            old = production;
            production = null;
            notifyAll();
        }
        close(old);
        Production next = source.open(start.state(), this);
        synchronized (this) {
            production = next;
            if (!closed) {
                window.begin(next.begin(), next.beginState());
                sharing.begin();
                next.start();
            }
            notifyAll();
        }
    }

    /** Nothing of it is wanted any more; not called with the monitor. */
    private void close(Production old) throws IOException {
        if (old != null) {
            old.stop();
            synchronized (this) {
                window.release(number -> false);
            }
            old.close();
        }
    }

    /** The consumer is done with all that it was given; {@code released} it does not read any more. */
    synchronized void acknowledge(Consumer consumer, List<Long> released) {
        if (consumer.sharing == sharing) {
            sharing.acknowledge(consumer, released);
            changed();
        }
    }

    /**
     * What comes next for a consumer.
     *
     * @param millis how long to wait for it
     * @return null if it is not there yet
     * @throws IOException if nothing comes any more: it may come again
     */
    synchronized Reply next(Consumer consumer, long millis) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            if (closed || consumer.sharing != sharing) {
                throw new IOException("the stream that it took from has ended");
            }
            if (consumer.held.size() > consumer.hello.keep()) {
                return new Reply.Failed("holds " + consumer.held.size()
                        + " batches and asks for the next, having said that it" + " keeps " + consumer.hello.keep());
            }
            Reply reply = sharing.next(consumer);
            if (reply != null) {
                notifyAll(); // an epoch may have ended for others
                return reply;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** A consumer has been told that nothing follows. */
    synchronized void told(Consumer consumer) {
        if (failure != null && !consumer.told) {
            consumer.told = true;
            untold--;
            notifyAll();
        }
    }

    /** Where a consumer stands that did not say where it goes on. */
    synchronized Position where(Consumer consumer) {
        return consumer.sharing.where(consumer);
    }

    /** What a consumer waits for, for people. */
    synchronized String waitsFor(Consumer consumer) {
        return consumer.sharing.waitsFor(consumer);
    }

    /**
     * A consumer is gone.
     *
     * @param inOrder it said so, and is done with all that it was given
     */
    synchronized void detach(Consumer consumer, boolean inOrder) {
        consumers--;
        if (failure != null && !consumer.told) {
            untold--;
        }
        if (inOrder) {
            consumer.sharing.acknowledge(consumer, List.copyOf(consumer.held));
        }
        consumer.sharing.leave(consumer, inOrder);
        changed();
    }

    /** How many consumers are connected. */
    synchronized int consumers() {
        return consumers;
    }

    // What the job calls.

    /** No consumer can come any more. */
    synchronized void fail(Throwable why) {
        fail(production, why);
    }

    /** Waits for {@link #close()}, or for the batches to end with an error of which all consumers have heard. */
    synchronized Throwable awaitEnd() throws InterruptedException {
        boolean said = false;
        while (!closed && (failure == null || untold > 0)) {
            if (failure != null && !said) {
                said = true;
                listener.warn("no batch follows: " + window.failure());
            }
            wait();
        }
        return closed ? null : failure;
    }

    /** Wakes all that wait; {@link #close()} follows. */
    synchronized void stop() {
        closed = true;
        notifyAll();
    }

    @Override
    public void close() throws IOException {
        stop();
        Production last;
        synchronized (coming) {
            synchronized (this) {
                last = production;
                production = null;
            }
            close(last);
        }
    }
}
