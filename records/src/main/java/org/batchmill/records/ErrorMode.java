package org.batchmill.records;

/** What follows when a sample cannot be read, decoded or packed. */
public enum ErrorMode {
    /** The first ends the job. */
    FAIL,
    /** It is left out and named, up to a number of them. */
    SKIP,
    /** As {@link #SKIP}, and it is put on the job's list for quarantine. */
    QUARANTINE
}
