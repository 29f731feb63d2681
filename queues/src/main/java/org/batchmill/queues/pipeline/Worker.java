package org.batchmill.queues.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.batchmill.queues.threads.WorkerDiedException;
import org.batchmill.queues.threads.WorkerThread;

/** Carries out the steps that the line gives, on a thread of its own, until there are none. */
final class Worker<T, D, B> implements WorkerThread.Work {

    private final int number;
    private final AssemblyLine<T, D, B> line;
    private final BatchAssembler<T, D, B> assembler;
    private final Performer performer = new Performer();
    private final PipelineListener listener;
    private final boolean traces;
    private final Source<T> source;
    private final NeededElements needed;

    /** What all workers of a pipeline take elements from: one at a time, so that sequence numbers are in the feed's order. */
    static final class Source<T> {
        private final Feed<T> feed;
        private final ReentrantLock lock = new ReentrantLock();
        private final AtomicLong sequence;
        private final long begin;

        Source(Feed<T> feed, long sequence) {
            this.feed = feed;
            this.begin = sequence;
            this.sequence = new AtomicLong(sequence);
        }
    }

    Worker(int number, AssemblyLine<T, D, B> line, PipelineSettings<T, D, B> settings, Source<T> source) {
        this.number = number;
        this.line = line;
        this.assembler = settings.assembler();
        this.listener = settings.listener();
        this.traces = listener.traces();
        this.source = source;
        this.needed = settings.needed(source.begin);
    }

    @Override
    public void run() throws Exception {
        Step<T, D, B> step = line.step(number);
        while (step != null) {
            step.accept(performer);
            step = line.step(number);
        }
    }

    private final class Performer implements Step.Visitor<T, D, B> {

        @Override
        public void take() throws Exception {
            Worker.this.take();
        }

        @Override
        public void write(Step.Write<T, D, B> step) throws Exception {
            Worker.this.write(step);
        }

        @Override
        public void open(Step.Open<T, D, B> step) throws Exception {
            long from = System.nanoTime();
            line.opened(assembler.open(step.index()), System.nanoTime() - from);
        }

        @Override
        public void seal(Step.Seal<T, D, B> step) throws Exception {
            Worker.this.seal(step.batch());
        }

        @Override
        public void discard(Step.Discard<T, D, B> step) {
            line.discarded(step.ticket().endUse(assembler));
        }
    }

    private void take() throws Exception {
        long from = System.nanoTime();
        Ticket<T, D> ticket;
        source.lock.lockInterruptibly();
        try {
            ticket = source.feed.take(source.sequence.get());
            if (ticket == null) {
                line.noMore();
                return;
            }
            source.sequence.incrementAndGet();
            line.taken(ticket);
        } finally {
            source.lock.unlock();
        }
        if (!needed.contains(ticket.draw.sequence())) {
            line.passedOver(ticket);
            return;
        }
        long read = from;
        long decoded = from;
        try {
            if (ticket.index >= 0) {
                ticket.element = source.feed.read(ticket.index);
            }
            read = System.nanoTime();
            if (ticket.failure == null) {
                ticket.decoded = assembler.decode(ticket.element, ticket.draw);
            }
            decoded = System.nanoTime();
        } catch (InterruptedException | WorkerDiedException e) {
            throw e; // no bad element
        } catch (Exception | StackOverflowError e) {
            ticket.failure = e instanceof Exception its ? its : new NestedTooDeeplyException(e);
            if (ticket.element == null && ticket.name == null) {
                ticket.name = source.feed.name(ticket.index);
            }
            decoded = System.nanoTime();
            read = read == from ? decoded : read;
        }
        long bytes = ticket.element == null ? 0 : assembler.bytes(ticket.element);
        if (traces) {
            listener.onSpan("read", from, read, ticket.draw.sequence());
            listener.onSpan("decode", read, decoded, ticket.draw.sequence());
        }
        long memory = ticket.decoded == null ? 0 : assembler.decodedBytes(ticket.decoded);
        line.decoded(ticket, read - from, decoded - read, bytes, memory);
    }

    private void write(Step.Write<T, D, B> write) throws Exception {
        long from = System.nanoTime();
        int freed;
        try {
            Ticket<T, D> ticket = write.ticket();
            assembler.write(write.batch().batch, write.row(), ticket.decoded, decoded(write.partners()), ticket.draw);
        } finally {
            freed = write.endUses(assembler);
        }
        long to = System.nanoTime();
        if (traces) {
            listener.onSpan("write", from, to, write.ticket().draw.sequence());
        }
        line.written(write.batch(), freed, to - from);
    }

    private List<D> decoded(List<Ticket<T, D>> tickets) {
        if (tickets.isEmpty()) {
            return List.of();
        }
        List<D> elements = new ArrayList<>(tickets.size());
        for (Ticket<T, D> ticket : tickets) {
            elements.add(ticket.decoded);
        }
        return elements;
    }

    private void seal(OpenBatch<T, D, B> open) {
        long from = System.nanoTime();
        boolean sealed = false;
        try {
            if (open.dropped) {
                assembler.abandon(open.batch);
            } else {
                assembler.seal(open.batch, open.part);
            }
            sealed = true;
        } finally {
            if (!sealed && !open.dropped) {
                assembler.abandon(open.batch);
            }
        }
        long to = System.nanoTime();
        if (traces) {
            listener.onSpan("seal", from, to, open.index);
        }
        line.sealed(open, to - from);
    }
}
