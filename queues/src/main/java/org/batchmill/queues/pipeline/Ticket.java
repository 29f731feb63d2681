package org.batchmill.queues.pipeline;

import java.util.concurrent.atomic.AtomicInteger;

/** One element on its way through a pipeline. Filled in by the worker that carries it, read under the line's lock afterwards. */
final class Ticket<T, D> {

    final Draw draw;
    /** Where a worker reads the element, or -1 if it is here already. */
    final long index;
    /** Where the feed stands behind this element. */
    final FeedPosition after;

    /** The name, should the element itself not be readable. */
    String name;

    T element;
    D decoded;
    Exception failure;
    /** Decoded or failed. Guarded by the line's lock. */
    boolean finished;
    /** What was left out before this one. Guarded by the line's lock. */
    LeftOut leftOutBefore;
    /** Writes that still need the decoded element: its own and those it is a partner of. The last one frees it. */
    private final AtomicInteger uses = new AtomicInteger(1);

    Ticket(Draw draw, String name, long index, FeedPosition after) {
        this.draw = draw;
        this.name = name;
        this.index = index;
        this.after = after;
    }

    void use() {
        uses.incrementAndGet();
    }

    /** Ends a use, and frees the decoded element if it was the last; returns how many elements were freed, 0 or 1. */
    int endUse(BatchAssembler<T, D, ?> assembler) {
        if (uses.decrementAndGet() > 0) {
            return 0;
        }
        D freed = decoded;
        decoded = null;
        if (freed != null) {
            assembler.release(freed);
        }
        return 1;
    }
}
