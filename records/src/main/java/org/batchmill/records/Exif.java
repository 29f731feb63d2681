package org.batchmill.records;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The orientation in an EXIF block: a TIFF file of its own, whose first directory may hold it. */
final class Exif {

    private static final int TIFF_LITTLE_ENDIAN = 0x4949;
    private static final int ORIENTATION_TAG = 0x0112;

    private Exif() {}

    /**
     * @param tiff its bytes, which may be cut short
     * @return 1 to 8; 1 where the block does not say or is damaged, as viewers do
     */
    static int orientation(ByteBuffer tiff) {
        try {
            tiff.order(tiff.getShort(0) == TIFF_LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            int directory = tiff.getInt(4);
            int entries = tiff.getShort(directory) & 0xffff;
            for (int i = 0; i < entries; i++) {
                int entry = directory + 2 + 12 * i;
                if (tiff.getShort(entry) == ORIENTATION_TAG) {
                    int value = tiff.getShort(entry + 8);
                    return value >= 1 && value <= 8 ? value : 1;
                }
            }
        } catch (IndexOutOfBoundsException e) {
            return 1;
        }
        return 1;
    }
}
