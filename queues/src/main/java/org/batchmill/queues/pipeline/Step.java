package org.batchmill.queues.pipeline;

import java.util.List;

/** The next thing that a worker does, given by the {@link AssemblyLine}. */
sealed interface Step<T, D, B> {

    /** Does the step, with the visitor's method for its kind. */
    void accept(Visitor<T, D, B> visitor) throws Exception;

    /** A method for each kind of step. */
    interface Visitor<T, D, B> {
        void take() throws Exception;

        void write(Write<T, D, B> step) throws Exception;

        void open(Open<T, D, B> step) throws Exception;

        void seal(Seal<T, D, B> step) throws Exception;

        void discard(Discard<T, D, B> step) throws Exception;
    }

    /** Take an element from the feed, read and decode it. */
    record Take<T, D, B>() implements Step<T, D, B> {
        @Override
        public void accept(Visitor<T, D, B> visitor) throws Exception {
            visitor.take();
        }
    }

    /** Write a row. */
    record Write<T, D, B>(OpenBatch<T, D, B> batch, int row, Ticket<T, D> ticket, List<Ticket<T, D>> partners)
            implements Step<T, D, B> {

        @Override
        public void accept(Visitor<T, D, B> visitor) throws Exception {
            visitor.write(this);
        }

        /** Ends this write's use of its elements; returns how many of them were freed. */
        int endUses(BatchAssembler<T, D, ?> assembler) {
            int freed = ticket.endUse(assembler);
            for (Ticket<T, D> partner : partners) {
                freed += partner.endUse(assembler);
            }
            return freed;
        }
    }

    /** Open the batch that the next rows go to. */
    record Open<T, D, B>(long index) implements Step<T, D, B> {
        @Override
        public void accept(Visitor<T, D, B> visitor) throws Exception {
            visitor.open(this);
        }
    }

    /** Finish a batch whose rows are all written, or free one that was dropped. */
    record Seal<T, D, B>(OpenBatch<T, D, B> batch) implements Step<T, D, B> {
        @Override
        public void accept(Visitor<T, D, B> visitor) throws Exception {
            visitor.seal(this);
        }
    }

    /** Free an element that will not get a row. */
    record Discard<T, D, B>(Ticket<T, D> ticket) implements Step<T, D, B> {
        @Override
        public void accept(Visitor<T, D, B> visitor) throws Exception {
            visitor.discard(this);
        }
    }
}
