package org.batchmill.records.protobuf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * Reads the fields of a protocol buffer message from a buffer, without copying: whatever a length claims lies within the message. A message
 * inside is read by a reader of its own. Used by one thread.
 */
public final class WireReader {

    /** The wire type of integers, booleans and enumerations. */
    public static final int VARINT = 0;

    /** The wire type of eight bytes. */
    public static final int FIXED64 = 1;

    /** The wire type of texts, bytes, messages and packed numbers. */
    public static final int BYTES = 2;

    /** The wire type of four bytes. */
    public static final int FIXED32 = 5;

    private static final int LONGEST_VARINT = 10;

    private final ByteBuffer buffer;
    private final String where;
    private int tag;

    /** @param where the file, and the place in it, for errors */
    public WireReader(ByteBuffer bytes, String where) {
        this.buffer = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.where = where;
    }

    /** Goes to the next field; false at the end. */
    public boolean next() throws DataException {
        if (!buffer.hasRemaining()) {
            return false;
        }
        long read = varint();
        tag = (int) read;
        if (read >>> 32 != 0 || field() == 0) {
            throw damaged("a field has the number 0 or one that is too large");
        }
        return true;
    }

    /** The number of the field. */
    public int field() {
        return tag >>> 3;
    }

    /** How the field is encoded. */
    public int type() {
        return tag & 7;
    }

    /** Whether anything is left. */
    public boolean hasRemaining() {
        return buffer.hasRemaining();
    }

    /** A number of variable length. */
    public long varint() throws DataException {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            byte b = buffer.get(checked(1));
            value |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                return value;
            }
        }
        throw damaged("a number is longer than " + LONGEST_VARINT + " bytes");
    }

    /** How many numbers of variable length bytes hold; each ends with the byte whose highest bit is not set. */
    public static int varints(ByteBuffer bytes) {
        int count = 0;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            count += bytes.get(i) >= 0 ? 1 : 0;
        }
        return count;
    }

    /** The bytes of a number, as a view. */
    public ByteBuffer number() throws DataException {
        int start = buffer.position();
        skip();
        return buffer.slice(start, buffer.position() - start).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Everything not yet read, as a view. */
    public ByteBuffer rest() {
        return buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A length and that many bytes, as a view. */
    public ByteBuffer bytes() throws DataException {
        if (type() != BYTES) {
            throw damaged("field " + field() + " has the wire type " + type() + ", not " + BYTES);
        }
        long length = varint();
        if (length < 0 || length > buffer.remaining()) {
            throw damaged("a field of " + Long.toUnsignedString(length) + " bytes is longer than what is left");
        }
        int start = checked((int) length);
        return buffer.slice(start, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Passes over a field that nobody knows. */
    public void skip() throws DataException {
        switch (type()) {
            case VARINT -> varint();
            case FIXED64 -> checked(Long.BYTES);
            case BYTES -> bytes();
            case FIXED32 -> checked(Integer.BYTES);
            default -> throw damaged("field " + field() + " has the unknown wire type " + type());
        }
    }

    /** The error of a message that is none. */
    public DataException damaged(String reason) {
        return new DataException(Kind.CORRUPT, where, "not a protocol buffer message: " + reason);
    }

    /** Advances over bytes that must be there; returns where they begin. */
    private int checked(int bytes) throws DataException {
        int start = buffer.position();
        if (bytes > buffer.remaining()) {
            throw damaged("it ends inside a field");
        }
        buffer.position(start + bytes);
        return start;
    }
}
