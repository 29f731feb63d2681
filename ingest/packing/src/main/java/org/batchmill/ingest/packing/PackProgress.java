package org.batchmill.ingest.packing;

/**
 * How far a pack job is.
 *
 * @param checked samples read and checked, those of an earlier run included
 * @param written samples written, those of an earlier run included
 * @param total   samples in the data set
 * @param bad     samples found bad so far
 */
public record PackProgress(long checked, long written, long total, long bad) {

    /** Hears of progress a few times a second, on the thread that runs the job. */
    @FunctionalInterface
    public interface Listener {

        /** Hears nothing. */
        Listener NONE = progress -> {};

        void progress(PackProgress progress);

        /** Hears how many videos were looked at before anything is packed: of thousands, that takes a while. */
        default void lookedAt(long videos, long total) {}

        /** Hears what a user should know of the data, before anything is packed. */
        default void notice(String line) {}
    }
}
