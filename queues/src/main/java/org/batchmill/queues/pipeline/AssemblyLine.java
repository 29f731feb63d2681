package org.batchmill.queues.pipeline;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * Turns elements that finish decoding in any order into batches in the one order of the feed. It does no work itself: workers
 * ask it for {@linkplain Step steps}, carry them out without its lock, and report back; a {@link RowOrder} says what follows.
 *
 * <p>Why it cannot lock up. Let {@code held} be the elements taken or being taken and not yet freed; {@code held <= limit} and
 * {@code limit > partners}. Suppose that no worker is at work and the consumer waits in {@code next()}. Then all elements held
 * are decoded, {@code taken} is empty, no row is unwritten, and every complete batch was sealed and taken by the consumer, so
 * that at most the batch being filled counts against {@code prefetch >= 1}. If more elements line up than partners are needed,
 * the first has a row to get or a batch to be opened for it: there is a step. If not, {@code held <= partners < limit} and an
 * element can be taken: there is a step. At the end of the feed nobody waits for partners. The only step that waits for somebody
 * outside is the opening of a batch (for a free slot). It is given to one worker at a time, and only when no row is left to be
 * written and no batch to be sealed; so every batch before it reaches the consumer whatever becomes of that worker, and the
 * consumer closes it. There must therefore be one slot more than the consumer keeps.
 *
 * <p>A feed that may wait for somebody outside, a stream, keeps one worker at most: there is one more of them then, and no second one
 * is sent to the feed while one is there. So what has arrived becomes batches while the next element is waited for.
 *
 * <p>Who is woken. A step that becomes possible must not wake every worker that waits, of which all but one would find nothing and wait
 * again. A worker that reports asks for a step at once, so its report wakes nobody; who is given a step while another is possible wakes
 * one more, and so on; the consumer, who does no step, wakes one. Whoever stops asking (it is not {@linkplain #setWorkers active} any
 * more) hands the call on.
 *
 * <p>Safe for use by many threads.
 */
final class AssemblyLine<T, D, B> {

    /**
     * Elements that a worker may have taken and not freed. Rows are given in order, so all that was decoded waits while one
     * element takes long: with few of them the other workers would soon have nothing to do.
     */
    private static final int HELD_BY_A_WORKER = 8;

    private final CountedLock lock = new CountedLock();
    private final Condition stepReady = lock.newCondition();
    private final Condition activated = lock.newCondition();
    private final Condition batchReady = lock.newCondition();

    private final BatchAssembler<T, D, B> assembler;
    private final Meter<T> meter;
    private final RowOrder<T, D, B> order;
    private final int partners;

    private int limit;
    private int prefetch;
    private final boolean feedWaits;
    private int activeWorkers;

    private final ArrayDeque<OpenBatch<T, D, B>> ready = new ArrayDeque<>();
    private boolean opening;
    private boolean sealing;
    private long delivered;

    /** An error that is not a bad element's: nothing more is delivered. */
    private Throwable fatal;

    private boolean stopped;

    AssemblyLine(PipelineSettings<T, D, B> settings, Meter<T> meter, PipelineState begin, boolean feedWaits) {
        this.feedWaits = feedWaits;
        this.assembler = settings.assembler();
        this.meter = meter;
        this.order = new RowOrder<>(settings, meter, begin);
        this.partners = assembler.partners();
        this.delivered = begin.batches();
        setWorkers(settings.resources().workers());
        setPrefetch(settings.resources().prefetch());
    }

    /** How many workers get steps from now on. Changes the speed, never the order. */
    void setWorkers(int workers) {
        lock.lock();
        try {
            activeWorkers = feedWaits ? workers + 1 : workers;
            limit = limit(workers);
            activated.signalAll();
            stepReady.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many elements so many workers hold at most, with those that wait as partners. */
    int limit(int workers) {
        return partners + HELD_BY_A_WORKER * Math.max(1, workers);
    }

    /** How many batches are filled or ready ahead of the consumer from now on. Changes the speed, never the order. */
    void setPrefetch(int batches) {
        lock.lock();
        try {
            prefetch = batches;
            advance();
            callOne();
        } finally {
            lock.unlock();
        }
    }

    // What the consumer asks.

    /** The next batch, waiting for it; null behind the last one. */
    OpenBatch<T, D, B> next(WorkerWatchdog watch) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long from = System.nanoTime();
            watch.begin();
            while (true) {
                if (fatal != null) {
                    throw PipelineException.again(fatal);
                }
                if (stopped) {
                    throw new IllegalStateException("the pipeline is closed");
                }
                OpenBatch<T, D, B> batch = ready.poll();
                if (batch != null) {
                    delivered++;
                    meter.delivered(
                            batch.part.rows(), from, System.nanoTime(), batch.index, ready.size(), order.held());
                    advance();
                    callOne();
                    return batch;
                }
                if (drained()) {
                    if (order.failure() != null) {
                        throw PipelineException.again(order.failure());
                    }
                    meter.ended(from, System.nanoTime());
                    return null;
                }
                if (!batchReady.await(WorkerWatchdog.LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                    watch.look();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    // What workers ask and report.

    /** The next step for a worker, waiting for one; null when there will be none. */
    Step<T, D, B> step(int worker) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long from = 0;
            while (!stopped && !finished()) {
                Step<T, D, B> step = worker < activeWorkers ? choose() : null;
                if (step != null) {
                    callOne();
                    if (from != 0) {
                        meter.workerWaited(System.nanoTime() - from);
                    }
                    return step;
                }
                if (worker < activeWorkers) {
                    from = from == 0 ? System.nanoTime() : from;
                    stepReady.await();
                } else {
                    callOne();
                    activated.await();
                }
                lock.wokenUp();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Steps that bring a batch to its end come first: a fresh element is worth nothing while a batch waits. */
    private Step<T, D, B> choose() {
        Ticket<T, D> discard = order.pollDiscard();
        if (discard != null) {
            return new Step.Discard<>(discard);
        }
        OpenBatch<T, D, B> complete = sealing ? null : order.pollComplete();
        if (complete != null) {
            sealing = true;
            return new Step.Seal<>(complete);
        }
        Step.Write<T, D, B> write = order.pollWrite();
        if (write != null) {
            return write;
        }
        if (mayOpen()) {
            opening = true;
            return new Step.Open<>(order.nextBatch());
        }
        if (mayTake()) {
            order.taking();
            return new Step.Take<>();
        }
        return null;
    }

    private boolean mayOpen() {
        return order.batchWanted() && !opening;
    }

    private boolean mayTake() {
        return !order.exhausted() && order.held() < limit && !(feedWaits && order.isTaking());
    }

    /** Whether {@link #choose} has a step. */
    private boolean stepPossible() {
        return order.hasDiscard() || (!sealing && order.hasComplete()) || order.hasWrite() || mayOpen() || mayTake();
    }

    /** An element has its place in the order. Called in sequence order. */
    void taken(Ticket<T, D> ticket) {
        lock.lock();
        try {
            order.taken(ticket);
            callOne(); // this one has its element to decode first
        } finally {
            lock.unlock();
        }
    }

    /** The feed has ended. */
    void noMore() {
        lock.lock();
        try {
            order.noMore();
            advance();
        } finally {
            lock.unlock();
        }
    }

    /** An element is decoded, or has failed. */
    void decoded(Ticket<T, D> ticket, long readNanos, long decodeNanos, long bytes, long memory) {
        lock.lock();
        try {
            meter.decoded(readNanos, decodeNanos, bytes, memory);
            if (order.decoded(ticket)) {
                advance();
            }
        } finally {
            lock.unlock();
        }
    }

    /** An element is another pipeline's, and not decoded here. */
    void passedOver(Ticket<T, D> ticket) {
        lock.lock();
        try {
            if (order.decoded(ticket)) {
                advance();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The batch wanted is open. */
    void opened(B batch, long nanos) {
        lock.lock();
        try {
            opening = false;
            meter.opened(nanos, assembler.batchBytes(batch));
            order.opened(batch);
            advance();
        } finally {
            lock.unlock();
        }
    }

    /** A row is written, and so many elements are needed by nobody any more. */
    void written(OpenBatch<T, D, B> batch, int freed, long nanos) {
        lock.lock();
        try {
            batch.unwritten--;
            order.freed(freed);
            meter.written(nanos);
            dismissIfFinished();
        } finally {
            lock.unlock();
        }
    }

    /** A discarded element is freed, unless it is still somebody's partner. */
    void discarded(int freed) {
        lock.lock();
        try {
            order.freed(freed);
            dismissIfFinished();
        } finally {
            lock.unlock();
        }
    }

    /** The oldest open batch is sealed, or was freed because it is dropped. */
    void sealed(OpenBatch<T, D, B> batch, long nanos) {
        lock.lock();
        try {
            sealing = false;
            if (!batch.dropped) {
                ready.add(batch);
                meter.sealed(nanos, ready.size(), order.held());
            }
            dismissIfFinished();
            batchReady.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends everything at once because of an error that is not a bad element's. The first one counts. */
    void fail(Throwable cause) {
        lock.lock();
        try {
            if (!stopped) {
                fatal = cause;
            }
            stop();
        } finally {
            lock.unlock();
        }
    }

    /** No worker gets another step, and waiters wake. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            stepReady.signalAll();
            activated.signalAll();
            batchReady.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Frees all elements and batches that are still here. Called once, when no worker is left. */
    void free() {
        lock.lock();
        try {
            order.free();
            for (OpenBatch<T, D, B> batch : ready) {
                assembler.abandon(batch.batch);
            }
            ready.clear();
        } finally {
            lock.unlock();
        }
    }

    PipelineMetrics metrics() {
        lock.lock();
        try {
            return meter.snapshot(activeWorkers, prefetch, ready.size(), order.held(), order.skipped());
        } finally {
            lock.unlock();
        }
    }

    /** How often the lock was taken, and how often a worker was woken. */
    Traffic traffic() {
        lock.lock();
        try {
            return new Traffic(lock.acquired(), lock.woken());
        } finally {
            lock.unlock();
        }
    }

    /** What workers have to do with each other, up to now. */
    record Traffic(long locks, long wakings) {}

    // The lock is held.

    /** Moves everything on as far as it goes. */
    private void advance() {
        order.advance(delivered + prefetch);
        dismissIfFinished();
        if (drained()) {
            batchReady.signalAll();
        }
    }

    /** Lets one worker that waits come for a step, if there is one. */
    private void callOne() {
        if (stepPossible()) {
            stepReady.signal();
        }
    }

    private void dismissIfFinished() {
        if (finished()) {
            stepReady.signalAll();
            activated.signalAll();
        }
    }

    /** No batch follows those in {@code ready}. */
    private boolean drained() {
        return order.complete() && !sealing && !opening;
    }

    private boolean finished() {
        return drained() && order.held() == 0;
    }
}
