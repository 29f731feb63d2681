package org.batchmill.queues.pipeline;

import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** What a {@link PipelineBuilder} was told, but for the order of the elements, which is the feed's. The key may be null. */
record PipelineSettings<T, D, B>(
        BatchAssembler<T, D, B> assembler,
        Form form,
        Resources resources,
        Bad bad,
        PipelineListener listener,
        ToLongFunction<? super T> key) {

    /** What a batch is: its rows, what becomes of the last one, and the rows that are made here; the share is null for all. */
    record Form(int batchSize, FinalBatch finalBatch, RowShare share) {

        /** What a batch of so many rows in all is here. */
        BatchPart part(int rows) {
            return share == null ? new BatchPart(0, rows, rows) : new BatchPart(share.from(), share.of(rows), rows);
        }
    }

    /** What the pipeline begins with, and how far it may go from there; the latter is null where it stays so. */
    record Resources(int workers, int prefetch, Autotune autotune) {}

    /** Which elements are bad, and what becomes of them. */
    record Bad(ErrorPolicy policy, Predicate<? super Exception> skippable) {}

    NeededElements needed(long begin) {
        return new NeededElements(form.share, bad.policy.skips(), form.batchSize, assembler.partners(), begin);
    }
}
