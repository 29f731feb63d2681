package org.batchmill.records.tfrecord;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The frame around one record, little-endian:
 *
 * <pre>
 *   0               8                  12                    12 + length
 *   +---------------+------------------+-- - - - - - - - - --+------------------+
 *   | length  (u64) | masked CRC (u32) |  data               | masked CRC (u32) |
 *   +---------------+------------------+-- - - - - - - - - --+------------------+
 *                     of the length                            of the data
 * </pre>
 *
 * The checksum is CRC-32C; it is masked because a CRC of bytes that hold their own CRC is weak.
 */
final class Frame {

    static final int HEADER_BYTES = 12;
    static final int FOOTER_BYTES = 4;
    static final int OVERHEAD_BYTES = HEADER_BYTES + FOOTER_BYTES;

    private static final int MASK_DELTA = 0xa282ead8;

    private Frame() {}

    static int mask(int crc) {
        return Integer.rotateRight(crc, 15) + MASK_DELTA;
    }

    /** The masked checksum of {@code length} bytes at {@code offset}; the buffer's position and limit are left alone. */
    static int maskedCrc(ByteBuffer buffer, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(offset, length));
        return mask((int) crc.getValue());
    }

    /** The header for a record of {@code length} bytes. */
    static void putHeader(ByteBuffer target, long length) {
        int start = target.position();
        target.order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        target.putInt(maskedCrc(target, start, Long.BYTES));
    }

    /** Whether the 12 bytes at {@code offset} are a header whose checksum holds. The buffer must be little-endian. */
    static boolean isHeader(ByteBuffer buffer, int offset) {
        return maskedCrc(buffer, offset, Long.BYTES) == buffer.getInt(offset + Long.BYTES);
    }

    /** Whether the data behind the header at {@code offset} has the right checksum. The buffer must be little-endian. */
    static boolean isDataIntact(ByteBuffer buffer, int offset, int length) {
        int data = offset + HEADER_BYTES;
        return maskedCrc(buffer, data, length) == buffer.getInt(data + length);
    }
}
