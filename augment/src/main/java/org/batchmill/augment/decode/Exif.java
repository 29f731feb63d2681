package org.batchmill.augment.decode;

import org.batchmill.records.DataException;

/** The orientation in an EXIF block: a TIFF file of its own, whose first directory may hold tag 0x0112. */
final class Exif {

    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;

    private Exif() {}

    /**
     * The orientation, 1 to 8.
     *
     * @param tiff  where the TIFF header starts
     * @param limit behind the block's last byte
     * @return 1 where the block does not say, or is damaged: a camera's bad metadata spoils no picture
     */
    static int orientation(Bytes bytes, long tiff, long limit) {
        try {
            boolean little = bytes.startsWith(tiff, 'I', 'I', 42, 0);
            if (!little && !bytes.startsWith(tiff, 'M', 'M', 0, 42)) {
                return 1;
            }
            long directory = tiff + u32(bytes, tiff + 4, little);
            int entries = u16(bytes, directory, little);
            for (int i = 0; i < entries; i++) {
                long entry = directory + 2 + 12L * i;
                if (entry + 12 > limit) {
                    return 1;
                }
                if (u16(bytes, entry, little) == ORIENTATION && u16(bytes, entry + 2, little) == SHORT) {
                    int value = u16(bytes, entry + 8, little);
                    return value >= 1 && value <= 8 ? value : 1;
                }
            }
            return 1;
        } catch (DataException e) {
            return 1;
        }
    }

    private static int u16(Bytes bytes, long at, boolean little) throws DataException {
        return little ? bytes.u16le(at) : bytes.u16(at);
    }

    private static long u32(Bytes bytes, long at, boolean little) throws DataException {
        return little ? bytes.u32le(at) : bytes.u32(at);
    }
}
