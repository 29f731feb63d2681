package org.batchmill.queues.pipeline;

/**
 * The rows of each batch that one of several pipelines over the same elements makes: what a rank of a gang learns from. All of them walk
 * the whole order, and together they make the batches that one pipeline alone makes.
 *
 * @param from the first row of a batch that is made here
 * @param to   the first row behind those
 */
public record RowShare(int from, int to) {

    public RowShare {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("rows " + from + " to " + to);
        }
    }

    /**
     * Neighbouring rows, so many for each rank that numbers differ by one at most.
     *
     * @param rank  from 0
     * @param ranks at most as many as a full batch has rows
     */
    public static RowShare of(int rank, int ranks, int batchSize) {
        if (rank < 0 || rank >= ranks || ranks > batchSize) {
            throw new IllegalArgumentException("rank " + rank + " of " + ranks + " with batches of " + batchSize);
        }
        return new RowShare(
                Math.toIntExact((long) batchSize * rank / ranks),
                Math.toIntExact((long) batchSize * (rank + 1) / ranks));
    }

    boolean contains(int row) {
        return row >= from && row < to;
    }

    /** How many rows a full batch has here. */
    public int size() {
        return to - from;
    }

    /** How many of a batch of so many rows are made here. */
    int of(int rows) {
        return Math.max(0, Math.min(rows, to) - from);
    }
}
