package org.batchmill.records.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * One column of a record batch. What says where values stand (validity, offsets) is in memory and was checked whole: nothing that is
 * asked for lies outside of the column's own buffers. Images stay in the body until a row is read. Safe for use by many threads.
 */
final class Column {

    /** The body of a record batch. */
    interface Body {

        /** Bytes of it in a buffer of their own, little-endian. Offset and length lie within the body. */
        ByteBuffer read(long offset, int length) throws IOException;

        /** Hears that bytes of it will be read soon. */
        default void soon(long offset, int length) {}
    }

    private final String name;
    private final int length;
    private final BatchLayout batch;
    private final int buffer;
    private final Body body;
    private final String where;
    private final boolean allNull;
    /** Null if no value is. */
    private final ByteBuffer validity;

    private ByteBuffer offsets;
    private ByteBuffer values;

    private Column(FieldLayout field, BatchLayout batch, Body body, String where) throws IOException {
        this.name = field.name();
        this.length = batch.lengths()[field.node()];
        this.batch = batch;
        this.buffer = field.buffer();
        this.body = body;
        this.where = where;
        int nulls = batch.nulls()[field.node()];
        this.allNull = nulls == length;
        this.validity = nulls == 0 || allNull ? null : inMemory(buffer, (length + 7L) / 8, "validity");
        if (validity != null && nulls != countNulls()) {
            throw damaged("its validity does not have the " + nulls + " nulls that it claims");
        }
    }

    /** A column of numbers, each of {@code bits}. */
    static Column ofNumbers(FieldLayout field, BatchLayout batch, Body body, int bits, String where)
            throws IOException {
        Column column = new Column(field, batch, body, where);
        column.values = column.inMemory(column.buffer + 1, ((long) column.length * bits + 7) / 8, "values");
        return column;
    }

    /** A column of short texts. */
    static Column ofText(FieldLayout field, BatchLayout batch, Body body, String where) throws IOException {
        Column column = ofBytes(field, batch, body, where);
        column.values = column.inMemory(column.buffer + 2, column.end(), "text");
        return column;
    }

    /** A column of bytes that stay in the body. */
    static Column ofBytes(FieldLayout field, BatchLayout batch, Body body, String where) throws IOException {
        Column column = new Column(field, batch, body, where);
        column.readOffsets(batch.sizes()[column.buffer + 2]);
        return column;
    }

    /** A column of lists of as many values at most as the child has; the child is a column of its own. */
    static Column ofLists(FieldLayout field, BatchLayout batch, Body body, String where) throws IOException {
        Column column = new Column(field, batch, body, where);
        column.readOffsets(batch.lengths()[field.children().get(0).node()]);
        return column;
    }

    /** A column of floats, as the child of a list, that stay in the body. */
    static Column ofItems(FieldLayout field, BatchLayout batch, Body body, String where) throws IOException {
        Column column = new Column(field, batch, body, where);
        column.require(column.buffer + 1, (long) column.length * Float.BYTES, "values");
        return column;
    }

    /** A column of structures; their members are columns of their own. */
    static Column ofStructures(FieldLayout field, BatchLayout batch, Body body, String where) throws IOException {
        Column column = new Column(field, batch, body, where);
        for (FieldLayout member : field.children()) {
            if (batch.lengths()[member.node()] != column.length) {
                throw column.damaged("its member " + member.name() + " has " + batch.lengths()[member.node()]
                        + " values for " + column.length);
            }
        }
        return column;
    }

    private int countNulls() {
        int valid = 0;
        for (int row = 0; row < length; row++) {
            valid += validity.get(row >> 3) >> (row & 7) & 1;
        }
        return length - valid;
    }

    /** They must rise and end within {@code most}; so no byte belongs to two rows. */
    private void readOffsets(long most) throws IOException {
        if (length == 0) {
            return; // some writers leave the first offset away
        }
        offsets = inMemory(buffer + 1, (length + 1L) * Integer.BYTES, "offsets");
        int last = 0;
        for (int i = 0; i <= length; i++) {
            int offset = offsets.getInt(i * Integer.BYTES);
            if (offset < last || offset > most) {
                throw damaged("its offset " + i + " is " + offset + ", behind " + last + ", of " + most);
            }
            last = offset;
        }
    }

    private ByteBuffer inMemory(int number, long bytes, String what) throws IOException {
        require(number, bytes, what);
        if (bytes > Integer.MAX_VALUE - Long.BYTES) {
            throw new DataException(
                    Kind.TOO_LARGE, where, "column " + name + ": its " + what + " take " + bytes + " bytes");
        }
        return body.read(batch.offsets()[number], (int) bytes);
    }

    private void require(int number, long bytes, String what) throws DataException {
        if (batch.sizes()[number] < bytes) {
            throw damaged("its " + what + " have " + batch.sizes()[number] + " bytes where " + length + " values need "
                    + bytes);
        }
    }

    private DataException damaged(String reason) {
        return new DataException(Kind.CORRUPT, where, "column " + name + ": " + reason);
    }

    String name() {
        return name;
    }

    boolean isNull(int row) {
        return allNull || (validity != null && (validity.get(row >> 3) >> (row & 7) & 1) == 0);
    }

    /** Where the bytes or items of a row begin. */
    int start(int row) {
        return offsets.getInt(row * Integer.BYTES);
    }

    /** The first place behind them. */
    int end(int row) {
        return offsets.getInt((row + 1) * Integer.BYTES);
    }

    private int end() {
        return length == 0 ? 0 : end(length - 1);
    }

    int integer(int row) {
        return values.getInt(row * Integer.BYTES);
    }

    float real(int row) {
        return values.getFloat(row * Float.BYTES);
    }

    boolean bit(int row) {
        return (values.get(row >> 3) >> (row & 7) & 1) != 0;
    }

    String text(int row) throws DataException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(values.slice(start(row), end(row) - start(row)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw damaged("value " + row + " is not text in UTF-8");
        }
    }

    /** The bytes of a row. */
    ByteBuffer bytes(int row) throws IOException {
        return body.read(batch.offsets()[buffer + 2] + start(row), end(row) - start(row));
    }

    /** Hears that {@link #bytes} of a row will be read soon. */
    void bytesSoon(int row) {
        body.soon(batch.offsets()[buffer + 2] + start(row), end(row) - start(row));
    }

    /** Items of a column of floats. */
    float[] reals(int from, int to) throws IOException {
        float[] reals = new float[to - from];
        body.read(batch.offsets()[buffer + 1] + (long) from * Float.BYTES, reals.length * Float.BYTES)
                .asFloatBuffer()
                .get(reals);
        return reals;
    }

    /** Hears that {@link #reals} will be read soon. */
    void realsSoon(int from, int to) {
        body.soon(batch.offsets()[buffer + 1] + (long) from * Float.BYTES, (to - from) * Float.BYTES);
    }
}
