package org.batchmill.records.protobuf;

import java.nio.ByteBuffer;

/** Writes the protocol buffer wire format; sizes are computed first, so that each message is allocated once. Stateless. */
public final class WireWriter {

    public static final int LONGEST_VARINT = 10;

    private WireWriter() {}

    /** Bytes that {@link #putVarint} takes: 1 to {@value #LONGEST_VARINT}. */
    public static int varintSize(long value) {
        return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    /** The size of a field of {@code length} bytes whose number is below 16, with its tag. */
    public static int fieldSize(int length) {
        return 1 + varintSize(length) + length;
    }

    public static void putVarint(ByteBuffer target, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
    }

    /** The tag and length of a field that holds bytes; its number must be below 16. */
    public static void putHeader(ByteBuffer target, int field, int length) {
        target.put((byte) (field << 3 | WireReader.BYTES));
        putVarint(target, length);
    }
}
