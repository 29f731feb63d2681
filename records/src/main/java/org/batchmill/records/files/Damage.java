package org.batchmill.records.files;

import org.batchmill.records.DataException;
import org.batchmill.records.tfrecord.DamagedRecordException;

/**
 * A damaged place in a record file.
 *
 * @param offset where it begins, in bytes of the uncompressed stream; for an Arrow file the number of the row
 * @param end    the first byte behind it; -1 where that is not known
 * @param kind   what is wrong
 * @param reason the cause, in words
 */
public record Damage(long offset, long end, DataException.Kind kind, String reason) {

    static Damage of(DamagedRecordException e) {
        return new Damage(e.offset(), e.end(), e.kind(), e.reason());
    }

    /** Of a record whose frame is whole; the reason says where in it. */
    static Damage inside(long offset, long end, String place, DataException e) {
        String where = e.where().startsWith(place) ? e.where().substring(place.length()) : ": " + e.where();
        String detail = where.isEmpty() ? "" : where.substring(1).strip() + ": ";
        return new Damage(offset, end, e.kind(), detail + e.reason());
    }
}
