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
 * @param place  the offset in words: {@code at byte 1024}, or {@code row 3} of an Arrow file, or that it is the whole file
 */
public record Damage(long offset, long end, DataException.Kind kind, String reason, String place) {

    static Damage of(DamagedRecordException e) {
        return new Damage(e.offset(), e.end(), e.kind(), e.reason(), atByte(e.offset()));
    }

    private static String atByte(long offset) {
        return "at byte " + offset;
    }

    /** Of a record whose frame is whole; the reason says where in it. */
    static Damage inside(long offset, long end, String place, DataException e) {
        return inside(offset, end, place, atByte(offset), e);
    }

    /** Of a row of an Arrow file. */
    static Damage ofRow(long row, String place, DataException e) {
        return inside(row, row + 1, place, "row " + row, e);
    }

    /** Of an Arrow file that cannot be opened. */
    static Damage ofFile(String file, DataException e) {
        return inside(0, DamagedRecordException.UNKNOWN, file, "the file", e);
    }

    private static Damage inside(long offset, long end, String place, String words, DataException e) {
        String where = e.where().startsWith(place) ? e.where().substring(place.length()) : ": " + e.where();
        String detail = where.isEmpty() ? "" : where.substring(1).strip() + ": ";
        return new Damage(offset, end, e.kind(), detail + e.reason(), words);
    }
}
