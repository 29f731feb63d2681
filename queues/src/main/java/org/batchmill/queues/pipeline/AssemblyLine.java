package org.batchmill.queues.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns elements that finish decoding in any order into batches in the one order of the feed. It does no work itself: workers
 * ask it for {@linkplain Step steps}, carry them out without its lock, and report back.
 *
 * <p>An element is {@code taken} in sequence order and decoded, moves on to {@code lineUp} when everything before it has (bad
 * elements are gone there), and is given a row as soon as its partners stand behind it. Rows are given in sequence order and only
 * to elements that decoded; so batches do not depend on the number of workers.
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
 * <p>Safe for use by many threads.
 */
final class AssemblyLine<T, D, B> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stepReady = lock.newCondition();
    private final Condition activated = lock.newCondition();
    private final Condition batchReady = lock.newCondition();

    private final PipelineSettings<T, D, B> settings;
    private final BatchAssembler<T, D, B> assembler;
    private final Meter<T> meter;
    private final ErrorBudget budget;
    private final String order;
    private final int partners;
    private final boolean eachEpoch;

    private int limit;
    private int prefetch;
    private int activeWorkers;

    private int taking;
    private int held;
    private boolean exhausted;
    private final ArrayDeque<Ticket<T, D>> taken = new ArrayDeque<>();
    private final ArrayDeque<Ticket<T, D>> lineUp = new ArrayDeque<>();
    private final ArrayDeque<Step.Write<T, D, B>> writes = new ArrayDeque<>();
    private final ArrayDeque<Ticket<T, D>> discards = new ArrayDeque<>();

    private final ArrayDeque<OpenBatch<T, D, B>> open = new ArrayDeque<>();
    private final ArrayDeque<OpenBatch<T, D, B>> ready = new ArrayDeque<>();
    /** The batch that rows are given in; the last of {@code open}. */
    private OpenBatch<T, D, B> filling;

    private boolean batchWanted;
    private boolean opening;
    private boolean sealing;
    private long opened;
    private long delivered;

    /** A bad element ended the run: the batches before it are still delivered. */
    private PipelineException failure;
    /** Something else did: nothing more is delivered. */
    private Throwable fatal;

    private boolean stopped;

    AssemblyLine(PipelineSettings<T, D, B> settings, Meter<T> meter, PipelineState begin) {
        this.settings = settings;
        this.assembler = settings.assembler();
        this.meter = meter;
        this.order = begin.order();
        this.partners = assembler.partners();
        this.eachEpoch = settings.finalBatch().eachEpoch();
        this.opened = begin.batches();
        this.delivered = begin.batches();
        this.budget = new ErrorBudget(settings, begin.skipped());
        setWorkers(settings.workers());
        setPrefetch(settings.prefetch());
    }

    /** How many workers get steps from now on. Changes the speed, never the order. */
    void setWorkers(int workers) {
        lock.lock();
        try {
            activeWorkers = workers;
            limit = limit(workers);
            activated.signalAll();
            stepReady.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many elements so many workers hold at most: one in work and one decoded each, and those that wait as partners. */
    int limit(int workers) {
        return partners + 2 * Math.max(1, workers);
    }

    /** How many batches are filled or ready ahead of the consumer from now on. Changes the speed, never the order. */
    void setPrefetch(int batches) {
        lock.lock();
        try {
            prefetch = batches;
            advance();
        } finally {
            lock.unlock();
        }
    }

    // What the consumer asks.

    /** The next batch, waiting for it; null behind the last one. */
    OpenBatch<T, D, B> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long from = System.nanoTime();
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
                    meter.delivered(batch.rows, from, System.nanoTime(), batch.index, ready.size(), held);
                    advance();
                    return batch;
                }
                if (drained()) {
                    if (failure != null) {
                        throw PipelineException.again(failure);
                    }
                    meter.ended(from, System.nanoTime());
                    return null;
                }
                batchReady.await();
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
                    if (from != 0) {
                        meter.workerWaited(System.nanoTime() - from);
                    }
                    return step;
                }
                if (worker < activeWorkers) {
                    from = from == 0 ? System.nanoTime() : from;
                    stepReady.await();
                } else {
                    activated.await();
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Steps that bring a batch to its end come first: a fresh element is worth nothing while a batch waits. */
    private Step<T, D, B> choose() {
        if (!discards.isEmpty()) {
            return new Step.Discard<>(discards.poll());
        }
        if (!sealing && !open.isEmpty() && open.element().complete()) {
            sealing = true;
            return new Step.Seal<>(open.poll());
        }
        if (!writes.isEmpty()) {
            return writes.poll();
        }
        if (batchWanted && !opening) {
            opening = true;
            return new Step.Open<>(opened);
        }
        if (!exhausted && held < limit) {
            held++;
            taking++;
            return new Step.Take<>();
        }
        return null;
    }

    /** An element has its place in the order. Called in sequence order. */
    void taken(Ticket<T, D> ticket) {
        lock.lock();
        try {
            taking--;
            taken.add(ticket);
        } finally {
            lock.unlock();
        }
    }

    /** The feed has ended. */
    void noMore() {
        lock.lock();
        try {
            taking--;
            held--;
            exhausted = true;
            advance();
        } finally {
            lock.unlock();
        }
    }

    /** An element is decoded, or has failed. */
    void decoded(Ticket<T, D> ticket, long readNanos, long decodeNanos, long bytes, long memory) {
        lock.lock();
        try {
            ticket.finished = true;
            meter.decoded(readNanos, decodeNanos, bytes, memory);
            if (taken.peek() == ticket) {
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
            batchWanted = false;
            meter.opened(nanos, assembler.batchBytes(batch));
            filling = new OpenBatch<>(opened, lineUp.element().draw.epoch(), batch);
            opened++;
            open.add(filling);
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
            held -= freed;
            meter.written(nanos);
            wakeWorkers();
        } finally {
            lock.unlock();
        }
    }

    /** A discarded element is freed, unless it is still somebody's partner. */
    void discarded(int freed) {
        lock.lock();
        try {
            held -= freed;
            wakeWorkers();
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
                meter.sealed(nanos, ready.size(), held);
            }
            wakeWorkers();
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
            for (Step.Write<T, D, B> write : writes) {
                write.endUses(assembler);
            }
            for (ArrayDeque<Ticket<T, D>> tickets : List.of(discards, lineUp, taken)) {
                for (Ticket<T, D> ticket : tickets) {
                    ticket.endUse(assembler);
                }
                tickets.clear();
            }
            writes.clear();
            for (ArrayDeque<OpenBatch<T, D, B>> batches : List.of(open, ready)) {
                for (OpenBatch<T, D, B> batch : batches) {
                    assembler.abandon(batch.batch);
                }
                batches.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    // The order. The lock is held.

    /** Moves everything on as far as it goes. */
    private void advance() {
        admit();
        giveRows();
        wakeWorkers();
        if (drained()) {
            batchReady.signalAll();
        }
    }

    private void wakeWorkers() {
        stepReady.signalAll();
        if (finished()) {
            activated.signalAll();
        }
    }

    /** No element follows those in {@code lineUp}. */
    private boolean noneFollows() {
        return failure != null || (exhausted && taking == 0 && taken.isEmpty());
    }

    /** No batch follows those in {@code ready}. */
    private boolean drained() {
        return noneFollows() && lineUp.isEmpty() && open.isEmpty() && !sealing && !opening;
    }

    private boolean finished() {
        return drained() && held == 0;
    }

    /** Decoded elements line up, bad ones are left out. */
    private void admit() {
        while (!taken.isEmpty() && taken.element().finished) {
            Ticket<T, D> ticket = taken.poll();
            if (ticket.failure != null) {
                held--;
                if (failure == null) {
                    refuse(ticket);
                }
            } else if (failure != null) {
                discards.add(ticket);
            } else {
                ticket.skippedBefore = budget.skipped();
                lineUp.add(ticket);
            }
        }
    }

    private void refuse(Ticket<T, D> ticket) {
        String name = ticket.element == null ? ticket.place : assembler.name(ticket.element);
        failure = budget.leaveOut(name, ticket.draw, ticket.failure);
        exhausted |= failure != null;
    }

    /** Gives rows to elements whose partners stand behind them, and closes batches that get no more rows. */
    private void giveRows() {
        boolean last = noneFollows();
        while (lineUp.size() > partners || (last && failure == null && !lineUp.isEmpty())) {
            if (filling != null
                    && eachEpoch
                    && filling.epoch != lineUp.element().draw.epoch()) {
                closeFilling(settings.finalBatch().dropped());
            }
            if (filling == null) {
                batchWanted = opened - delivered < prefetch;
                return;
            }
            giveRow(lineUp.poll());
        }
        if (failure != null) {
            discards.addAll(lineUp); // they wait for partners that will not come
            lineUp.clear();
        }
        if (filling != null && last) {
            closeFilling(failure != null || settings.finalBatch().dropped());
        } else if (filling != null && eachEpoch && epochEndsHere()) {
            closeFilling(settings.finalBatch().dropped());
        }
    }

    /** The next element, good or bad, is known to be of a later epoch: its batch need not wait for it to be decoded. */
    private boolean epochEndsHere() {
        Ticket<T, D> next = lineUp.isEmpty() ? taken.peek() : lineUp.peek();
        return next != null && next.draw.epoch() != filling.epoch;
    }

    private void giveRow(Ticket<T, D> ticket) {
        List<Ticket<T, D>> companions = List.of();
        if (partners > 0) {
            companions = new ArrayList<>(partners);
            Iterator<Ticket<T, D>> behind = lineUp.iterator();
            while (companions.size() < partners && behind.hasNext()) {
                Ticket<T, D> partner = behind.next();
                partner.use();
                companions.add(partner);
            }
        }
        writes.add(new Step.Write<>(filling, filling.rows, ticket, companions));
        meter.rowGiven(ticket.element);
        filling.rows++;
        filling.unwritten++;
        filling.last = ticket;
        if (filling.rows == settings.batchSize()) {
            closeFilling(false);
        }
    }

    private void closeFilling(boolean dropped) {
        meter.rowsComplete();
        filling.closed = true;
        filling.dropped = dropped;
        filling.state = stateBehind(filling.last, filling.index + 1);
        if (dropped) {
            opened--; // the next batch takes its number
        }
        filling = null;
    }

    private PipelineState stateBehind(Ticket<T, D> last, long batches) {
        FeedPosition after = last.after;
        return new PipelineState(
                order,
                batches,
                last.draw.sequence() + 1,
                last.skippedBefore,
                after.epoch(),
                after.offset(),
                after.window(),
                after.position(),
                after.origin());
    }

    PipelineMetrics metrics() {
        lock.lock();
        try {
            return meter.snapshot(activeWorkers, prefetch, ready.size(), held, budget.skipped());
        } finally {
            lock.unlock();
        }
    }
}
