package org.batchmill.records.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The orientation in an EXIF block: a TIFF file of its own, whose first directory may hold tag 0x0112. Stateless. */
public final class Exif {

    private static final int TIFF_LITTLE_ENDIAN = 0x4949;
    private static final int TIFF_BIG_ENDIAN = 0x4d4d;
    private static final int TIFF_VERSION = 42;
    private static final int ORIENTATION_TAG = 0x0112;
    private static final int TYPE_SHORT = 3;
    private static final int ENTRY_BYTES = 12;
    private static final int UPRIGHT = 1;
    private static final int LAST = 8;

    private Exif() {}

    /**
     * The orientation, 1 to 8.
     *
     * @param tiff the block from its TIFF header on, which may be cut short; its byte order is changed
     * @return 1 where the block does not say, or is damaged: a camera's bad metadata spoils no image
     */
    public static int orientation(ByteBuffer tiff) {
        try {
            int order = tiff.order(ByteOrder.BIG_ENDIAN).getShort(0);
            if (order == TIFF_LITTLE_ENDIAN) {
                tiff.order(ByteOrder.LITTLE_ENDIAN);
            } else if (order != TIFF_BIG_ENDIAN) {
                return UPRIGHT;
            }
            return tiff.getShort(2) == TIFF_VERSION ? ofDirectory(tiff, tiff.getInt(4)) : UPRIGHT;
        } catch (IndexOutOfBoundsException e) {
            return UPRIGHT;
        }
    }

    private static int ofDirectory(ByteBuffer tiff, int directory) {
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + ENTRY_BYTES * i;
            if (entry + ENTRY_BYTES > tiff.limit()) {
                return UPRIGHT;
            }
            if (tiff.getShort(entry) == ORIENTATION_TAG && tiff.getShort(entry + 2) == TYPE_SHORT) {
                int value = tiff.getShort(entry + 8);
                return value >= UPRIGHT && value <= LAST ? value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }
}
