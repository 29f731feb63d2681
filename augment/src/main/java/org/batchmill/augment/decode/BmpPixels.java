package org.batchmill.augment.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a decoder is shown of a BMP (Microsoft's BITMAPV5HEADER and those before it). */
final class BmpPixels {

    private static final int INFO_SIZE = 14;
    private static final int BITS = 28;
    private static final int COMPRESSION = 30;
    private static final int PLAIN_HEADER = 40;
    private static final int BIT_FIELDS = 3;

    private BmpPixels() {}

    /**
     * Copies a file that {@link org.batchmill.records.image.ImageHeader#whole} has passed. OpenCV looks for the masks of 16 bits a pixel
     * behind the header, where they stand if it has 40 bytes; a longer one has them in itself, at the same place of the file, so it is
     * shown as one of 40 bytes.
     *
     * @param file   from position to limit
     * @param target written from index 0, at least as long; its order is changed
     */
    static void copy(ByteBuffer file, ByteBuffer target) {
        target.put(0, file, file.position(), file.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        if (target.getInt(INFO_SIZE) > PLAIN_HEADER
                && target.getShort(BITS) == 16
                && target.getInt(COMPRESSION) == BIT_FIELDS) {
            target.putInt(INFO_SIZE, PLAIN_HEADER);
        }
    }
}
