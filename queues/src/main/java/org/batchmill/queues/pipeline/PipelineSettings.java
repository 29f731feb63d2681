package org.batchmill.queues.pipeline;

import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** What a {@link PipelineBuilder} was told, but for the order of the elements, which is the feed's. Key, autotune and share may be null. */
record PipelineSettings<T, D, B>(
        BatchAssembler<T, D, B> assembler,
        int batchSize,
        int workers,
        int prefetch,
        FinalBatch finalBatch,
        ErrorPolicy errors,
        Predicate<? super Exception> skippable,
        PipelineListener listener,
        ToLongFunction<? super T> key,
        Autotune autotune,
        RowShare share) {

    NeededElements needed(long begin) {
        return new NeededElements(share, errors.skips(), batchSize, assembler.partners(), begin);
    }

    /** What a batch of so many rows in all is here. */
    BatchPart part(int rows) {
        return share == null ? new BatchPart(0, rows, rows) : new BatchPart(share.from(), share.of(rows), rows);
    }
}
