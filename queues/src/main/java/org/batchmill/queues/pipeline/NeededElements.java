package org.batchmill.queues.pipeline;

/**
 * Which elements a pipeline reads and decodes. One that makes a share of the rows passes over the others: where a bad element ends the
 * run, the place of every element is known before it is read. Where bad elements are left out, later ones move up, and all pipelines
 * must find the same ones bad: each then decodes everything, and writes its share.
 *
 * @param share    null for all rows
 * @param partners elements behind a row that are drawn with it
 * @param begin    the sequence number that the first row of a batch has
 */
record NeededElements(RowShare share, boolean skips, int batchSize, int partners, long begin) {

    boolean contains(long sequence) {
        if (share == null || skips) {
            return true;
        }
        long behindFirst = Math.floorMod(sequence - begin - share.from(), (long) batchSize);
        return behindFirst < share.size() + (long) partners;
    }

    /** Of how many draws, about, so many elements are needed. */
    long draws(int elements) {
        long needed = share == null || skips ? batchSize : Math.min(batchSize, share.size() + (long) partners);
        return needed == 0 ? elements : (long) elements * batchSize / needed;
    }
}
