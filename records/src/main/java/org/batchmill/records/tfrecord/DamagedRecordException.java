package org.batchmill.records.tfrecord;

import org.batchmill.records.DataException;

/** A damaged place in a record file, with the bytes it costs. Offsets count from the start of the uncompressed stream. */
public final class DamagedRecordException extends DataException {

    private static final long serialVersionUID = 1L;

    /** The end is not known, because nobody looked for the next intact record. */
    public static final long UNKNOWN = -1;

    private final long offset;
    private final long end;

    DamagedRecordException(Kind kind, String file, long record, long offset, long end, String reason) {
        super(kind, file + ": record " + record + " at byte " + offset, reason + skipped(offset, end));
        this.offset = offset;
        this.end = end;
    }

    private static String skipped(long offset, long end) {
        return end == UNKNOWN ? "" : "; bytes " + offset + " to " + (end - 1) + " are lost";
    }

    /** Where the damage begins: at the header of the damaged record. */
    public long offset() {
        return offset;
    }

    /** The first byte behind the damage, or {@link #UNKNOWN}. */
    public long end() {
        return end;
    }
}
