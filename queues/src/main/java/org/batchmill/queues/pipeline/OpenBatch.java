package org.batchmill.queues.pipeline;

/** A batch that is being filled. Guarded by the line's lock, but for {@link #batch}, which does not change. */
final class OpenBatch<T, D, B> {

    final long index;
    final long epoch;
    final B batch;
    /** Given so far, in all pipelines that share it. */
    int rows;

    int unwritten;
    Ticket<T, D> last;
    /** What of it is made here; there when it is closed. */
    BatchPart part;
    /** No row follows. */
    boolean closed;
    /** It will not be delivered. */
    boolean dropped;
    /** Where the pipeline stands behind its last row; there when it is closed. */
    PipelineState state;

    OpenBatch(long index, long epoch, B batch) {
        this.index = index;
        this.epoch = epoch;
        this.batch = batch;
    }

    boolean complete() {
        return closed && unwritten == 0;
    }
}
