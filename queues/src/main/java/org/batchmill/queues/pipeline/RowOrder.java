package org.batchmill.queues.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Gives elements their rows, in the one order of the feed. An element is {@code taken} in sequence order and decoded somewhere, moves
 * on to {@code lineUp} when everything before it has (bad elements are gone there), and is given a row as soon as its partners stand
 * behind it. Rows are given in sequence order and only to elements that decoded; so batches do not depend on the number of workers.
 *
 * <p>Guarded by the lock of its {@link AssemblyLine}, which hands out the steps that follow from it.
 */
final class RowOrder<T, D, B> {

    private final PipelineSettings<T, D, B> settings;
    private final BatchAssembler<T, D, B> assembler;
    private final Meter<T> meter;
    private final ErrorBudget budget;
    private final String order;
    private final int partners;
    private final boolean eachEpoch;
    /** Null for all rows. */
    private final RowShare share;

    private final int firstRow;

    private int taking;
    private int held;
    private boolean exhausted;
    private final ArrayDeque<Ticket<T, D>> taken = new ArrayDeque<>();
    private final ArrayDeque<Ticket<T, D>> lineUp = new ArrayDeque<>();
    private final ArrayDeque<Step.Write<T, D, B>> writes = new ArrayDeque<>();
    private final ArrayDeque<Ticket<T, D>> discards = new ArrayDeque<>();

    private final ArrayDeque<OpenBatch<T, D, B>> open = new ArrayDeque<>();
    /** The batch that rows are given in; the last of {@code open}. */
    private OpenBatch<T, D, B> filling;

    private long opened;
    private boolean batchWanted;

    /** A bad element ended the run: the batches before it are still delivered. */
    private PipelineException failure;

    RowOrder(PipelineSettings<T, D, B> settings, Meter<T> meter, PipelineState begin) {
        this.settings = settings;
        this.assembler = settings.assembler();
        this.meter = meter;
        this.order = begin.order();
        this.partners = assembler.partners();
        this.eachEpoch = settings.form().finalBatch().eachEpoch();
        this.share = settings.form().share();
        this.firstRow = share == null ? 0 : share.from();
        this.opened = begin.batches();
        this.budget = new ErrorBudget(settings, begin.leftOut());
    }

    // What is asked about it.

    /** Elements taken or being taken and not yet freed. */
    int held() {
        return held;
    }

    long skipped() {
        return budget.leftOut().size();
    }

    /** What ended the run; null if nothing did. */
    PipelineException failure() {
        return failure;
    }

    /** The feed has ended, or is not asked any more. */
    boolean exhausted() {
        return exhausted;
    }

    /** An element waits for a row of a batch that is not open yet. */
    boolean batchWanted() {
        return batchWanted;
    }

    /** The number of the next batch to be opened. */
    long nextBatch() {
        return opened;
    }

    /** No row will be given and none is to be written. */
    boolean complete() {
        return noneFollows() && lineUp.isEmpty() && open.isEmpty();
    }

    /** No element follows those in {@code lineUp}. */
    private boolean noneFollows() {
        return failure != null || (exhausted && taking == 0 && taken.isEmpty());
    }

    // What the line reports.

    /** Whether a worker is in the feed. */
    boolean isTaking() {
        return taking > 0;
    }

    /** A worker goes to the feed. */
    void taking() {
        taking++;
        held++;
    }

    /** An element has its place in the order. Called in sequence order. */
    void taken(Ticket<T, D> ticket) {
        taking--;
        taken.add(ticket);
    }

    /** The feed had no element for a worker. */
    void noMore() {
        taking--;
        held--;
        exhausted = true;
    }

    /** An element is decoded or has failed; true if it was the one that others waited for. */
    boolean decoded(Ticket<T, D> ticket) {
        ticket.finished = true;
        return taken.peek() == ticket;
    }

    /** The batch wanted is open. */
    void opened(B batch) {
        batchWanted = false;
        filling = new OpenBatch<>(opened, lineUp.element().draw.epoch(), batch);
        opened++;
        open.add(filling);
    }

    /** So many elements are needed by nobody any more. */
    void freed(int elements) {
        held -= elements;
    }

    // The steps that follow.

    boolean hasDiscard() {
        return !discards.isEmpty();
    }

    boolean hasWrite() {
        return !writes.isEmpty();
    }

    /** Whether the oldest batch has all its rows written and gets no more. */
    boolean hasComplete() {
        return !open.isEmpty() && open.element().complete();
    }

    /** The next element that will not get a row; null if there is none. */
    Ticket<T, D> pollDiscard() {
        return discards.poll();
    }

    /** The next row to be written; null if there is none. */
    Step.Write<T, D, B> pollWrite() {
        return writes.poll();
    }

    /** The oldest batch, if all its rows are written and none follows; else null. */
    OpenBatch<T, D, B> pollComplete() {
        return hasComplete() ? open.poll() : null;
    }

    /**
     * Moves everything on as far as it goes.
     *
     * @param mayOpen no more batches than this may have been opened
     */
    void advance(long mayOpen) {
        admit();
        giveRows(mayOpen);
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
                ticket.leftOutBefore = budget.leftOut();
                lineUp.add(ticket);
            }
        }
    }

    private void refuse(Ticket<T, D> ticket) {
        String name = ticket.element == null ? ticket.name : assembler.name(ticket.element);
        failure = budget.leaveOut(name, ticket.draw, ticket.failure);
        exhausted |= failure != null;
    }

    /** Gives rows to elements whose partners stand behind them, and closes batches that get no more rows. */
    private void giveRows(long mayOpen) {
        boolean last = noneFollows();
        while (lineUp.size() > partners || (last && failure == null && !lineUp.isEmpty())) {
            if (filling != null
                    && eachEpoch
                    && filling.epoch != lineUp.element().draw.epoch()) {
                closeFilling(settings.form().finalBatch().dropped());
            }
            if (filling == null) {
                batchWanted = opened < mayOpen;
                return;
            }
            giveRow(lineUp.poll());
        }
        if (failure != null) {
            discards.addAll(lineUp); // they wait for partners that will not come
            lineUp.clear();
        }
        if (filling != null && last) {
            closeFilling(failure != null || settings.form().finalBatch().dropped());
        } else if (filling != null && eachEpoch && epochEndsHere()) {
            closeFilling(settings.form().finalBatch().dropped());
        }
    }

    /** The next element, good or bad, is known to be of a later epoch: its batch need not wait for it to be decoded. */
    private boolean epochEndsHere() {
        Ticket<T, D> next = lineUp.isEmpty() ? taken.peek() : lineUp.peek();
        return next != null && next.draw.epoch() != filling.epoch;
    }

    private void giveRow(Ticket<T, D> ticket) {
        if (share == null || share.contains(filling.rows)) {
            write(ticket);
        } else {
            discards.add(ticket); // its row is made elsewhere
        }
        filling.rows++;
        filling.last = ticket;
        if (filling.rows == settings.form().batchSize()) {
            closeFilling(false);
        }
    }

    private void write(Ticket<T, D> ticket) {
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
        writes.add(new Step.Write<>(filling, filling.rows - firstRow, ticket, companions));
        meter.rowGiven(ticket.element);
        filling.unwritten++;
    }

    private void closeFilling(boolean dropped) {
        meter.rowsComplete();
        filling.closed = true;
        filling.part = settings.form().part(filling.rows);
        filling.dropped = dropped;
        filling.state = stateBehind(filling.last, filling.index + 1);
        if (dropped) {
            opened--; // the next batch takes its number
        }
        filling = null;
    }

    private PipelineState stateBehind(Ticket<T, D> last, long batches) {
        return new PipelineState(order, batches, last.draw.sequence() + 1, last.leftOutBefore, last.after);
    }

    /** Frees all elements and batches that are still here. Called when no worker is left. */
    void free() {
        for (Step.Write<T, D, B> write : writes) {
            write.endUses(assembler);
        }
        writes.clear();
        for (ArrayDeque<Ticket<T, D>> tickets : List.of(discards, lineUp, taken)) {
            for (Ticket<T, D> ticket : tickets) {
                ticket.endUse(assembler);
            }
            tickets.clear();
        }
        for (OpenBatch<T, D, B> batch : open) {
            assembler.abandon(batch.batch);
        }
        open.clear();
    }
}
