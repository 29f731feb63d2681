package org.batchmill.records.image;

import java.nio.ByteBuffer;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/** Checked reads of a file in memory: whatever offset a damaged file leads to, the answer is a {@link DataException}. */
final class Bytes {

    private final ByteBuffer file;
    private final String where;

    Bytes(ByteBuffer file, String where) {
        this.file = file;
        this.where = where;
    }

    int length() {
        return file.limit();
    }

    ByteBuffer buffer() {
        return file;
    }

    /** What lies between two offsets that are known to be in the file; empty if they are the wrong way round. */
    ByteBuffer slice(long from, long to) {
        return file.slice((int) from, (int) Math.max(0, to - from));
    }

    /** Unsigned. */
    int u8(long at) throws DataException {
        return file.get(require(at, 1)) & 0xff;
    }

    /** Unsigned, big-endian. */
    int u16(long at) throws DataException {
        return file.getShort(require(at, 2)) & 0xffff;
    }

    /** Unsigned, big-endian. */
    long u32(long at) throws DataException {
        return file.getInt(require(at, 4)) & 0xffffffffL;
    }

    /** Unsigned, little-endian. */
    int u16le(long at) throws DataException {
        return Short.reverseBytes((short) u16(at)) & 0xffff;
    }

    /** Unsigned, little-endian. */
    long u32le(long at) throws DataException {
        return Integer.reverseBytes((int) u32(at)) & 0xffffffffL;
    }

    boolean startsWith(long at, int... magic) {
        if (at < 0 || at + magic.length > length()) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((file.get((int) at + i) & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** {@code at}, if {@code count} bytes are there. */
    int require(long at, long count) throws DataException {
        if (at < 0 || count < 0 || count > length() - at) {
            throw truncated("needs " + count + " bytes at byte " + at + ", the file has " + length());
        }
        return (int) at;
    }

    DataException truncated(String reason) {
        return new DataException(Kind.TRUNCATED, where, reason);
    }

    DataException corrupt(String reason) {
        return new DataException(Kind.CORRUPT, where, reason);
    }

    DataException tooLarge(String reason) {
        return new DataException(Kind.TOO_LARGE, where, reason);
    }

    DataException unsupported(String reason) {
        return new DataException(Kind.UNSUPPORTED, where, reason);
    }
}
