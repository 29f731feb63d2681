package org.batchmill.jobs;

import java.nio.file.Path;

/**
 * Hears how a job goes on. Called from the job's threads, of a search and of a server by several at a time; calls are frequent, so that
 * a listener decides what is worth showing.
 */
public interface JobListener {

    /** Hears nothing. */
    JobListener SILENT = new JobListener() {};

    /** A job that keeps files made its folder: logs may go there from now on. */
    default void onRunFolder(Path folder) {}

    /** One line worth reading: what was found, what begins. */
    default void log(String line) {}

    /** One line that the user should act on. */
    default void warn(String line) {}

    /**
     * A piece of work goes on.
     *
     * @param what   the work, the same words as long as it lasts
     * @param done   units done
     * @param total  units planned, 0 if that is open
     * @param detail numbers to show beside, may be empty
     */
    default void progress(String what, long done, long total, String detail) {}

    /** The piece of work is done. */
    default void finished(String what) {}
}
