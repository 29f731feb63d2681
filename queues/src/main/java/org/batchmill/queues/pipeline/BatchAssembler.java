package org.batchmill.queues.pipeline;

import java.util.List;

/**
 * What a {@code Pipeline} does with its elements: it is given by the owner of the element and batch types.
 *
 * <p>The life of an element: {@link #decode} on some worker; then, in sequence order and only for elements that decoded, a row of
 * a batch; then {@link #write} on some worker. All methods may run on many threads at once, except {@link #open} and {@link
 * #seal}, which are called in batch order.
 *
 * @param <T> what the source holds: small, on the heap
 * @param <D> what decoding makes of it: closeable by {@link #release}
 * @param <B> a batch: handed to the consumer, who closes it
 */
public interface BatchAssembler<T, D, B> {

    /**
     * Decodes one element.
     *
     * @throws Exception if the element is bad; the pipeline's error policy decides what follows
     */
    D decode(T element, Draw draw) throws Exception;

    /**
     * Opens an empty batch, waiting for a free slot if there is none. Interruptible.
     *
     * @param index from 0, over the whole run
     */
    B open(long index) throws InterruptedException;

    /**
     * Writes a decoded element into its row.
     *
     * @param batch    the batch that the row belongs to
     * @param row      from 0, below the batch size
     * @param decoded  the element; still owned by the pipeline
     * @param partners the next decoded elements in order, as many as {@link #partners()} says, fewer at the very end
     * @param draw     the place of {@code decoded}
     * @throws Exception ends the pipeline: an element that decoded must be writable
     */
    void write(B batch, int row, D decoded, List<D> partners, Draw draw) throws Exception;

    /** All rows below {@code rows} are written. */
    void seal(B batch, int rows);

    /** {@link #seal(Object, int)} of a batch that may be a part of a larger one, for assemblers whose batches tell. */
    default void seal(B batch, BatchPart part) {
        seal(batch, part.rows());
    }

    /** Frees a decoded element; called exactly once for each, after its own write and those it was a partner of. */
    void release(D decoded);

    /** Frees a batch that will not reach the consumer. */
    void abandon(B batch);

    /** How many following elements {@link #write} needs beside its own: 3 for mosaic, 1 for mixup, 0 for most. */
    default int partners() {
        return 0;
    }

    /** The name of an element for errors and quarantine lists. */
    String name(T element);

    /** The size of an element as it came from the source, for the metrics; 0 if nobody counts. */
    default long bytes(T element) {
        return 0;
    }

    /** The memory that a decoded element holds, for a memory limit; 0 if nobody counts. */
    default long decodedBytes(D decoded) {
        return 0;
    }

    /** The memory that a batch holds, for a memory limit; 0 if nobody counts. */
    default long batchBytes(B batch) {
        return 0;
    }

    /**
     * The same batch once more, for a pipeline that serves one cached batch again and again. What is returned is closed by the
     * consumer like any batch, and that must leave the contents of {@code batch} as they are.
     */
    default B again(B batch) {
        throw new UnsupportedOperationException("these batches cannot be served twice");
    }
}
