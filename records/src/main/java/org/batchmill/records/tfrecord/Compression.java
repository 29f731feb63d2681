package org.batchmill.records.tfrecord;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** How a record file is compressed. Compression wraps the whole file, not each record. */
public enum Compression {
    NONE,
    /** RFC 1952; several members one after the other are one stream. */
    GZIP,
    /** RFC 1950. */
    ZLIB;

    /** How many bytes {@link #of} likes to see. */
    static final int SNIFF_BYTES = 512;

    /**
     * Tells from the first bytes of a file. A valid TFRecord header comes first, because the length of a plain record may look
     * like the magic of a compressed file; ZLIB, whose magic is only two bytes, must also inflate.
     *
     * @param head the first bytes, at most the whole file; position and limit are left alone
     */
    static Compression of(ByteBuffer head) {
        ByteBuffer bytes = head.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() >= Frame.HEADER_BYTES && Frame.isHeader(bytes, 0)) {
            return NONE;
        }
        if (bytes.remaining() >= 3 && bytes.get(0) == 0x1f && bytes.get(1) == (byte) 0x8b && bytes.get(2) == 8) {
            return GZIP;
        }
        return isZlib(bytes) ? ZLIB : NONE;
    }

    private static boolean isZlib(ByteBuffer bytes) {
        if (bytes.remaining() < 2 || (bytes.get(0) & 0x8f) != 0x08) {
            return false;
        }
        if ((((bytes.get(0) & 0xff) << 8) | (bytes.get(1) & 0xff)) % 31 != 0) {
            return false;
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes.duplicate());
            int inflated = inflater.inflate(new byte[Frame.HEADER_BYTES]);
            return inflated == Frame.HEADER_BYTES || inflater.finished();
        } catch (DataFormatException e) {
            return false;
        } finally {
            inflater.end();
        }
    }
}
