package org.batchmill.queues.pipeline;

import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** What a {@link PipelineBuilder} was told, but for the order of the elements, which is the feed's. Key and autotune may be null. */
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
        Autotune autotune) {}
