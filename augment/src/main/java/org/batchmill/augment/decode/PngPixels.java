package org.batchmill.augment.decode;

import java.nio.ByteBuffer;

/** What a decoder is shown of a PNG (RFC 2083). */
final class PngPixels {

    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int PLTE = 0x504c5445;
    private static final int TRNS = 0x74524e53;
    private static final int IEND = 0x49454e44;

    private PngPixels() {}

    /**
     * Copies what the pixels need of a file that {@link org.batchmill.records.image.ImageHeader#whole} has passed: header, palette, transparency and data. All other chunks
     * (colour profiles, texts, times, animations) are left out, so that no decoder's code for them is reached.
     *
     * @param file   from position to limit
     * @param target written from index 0, at least as long
     * @return the bytes written
     */
    static int copy(ByteBuffer file, ByteBuffer target) {
        ByteBuffer source = file.slice();
        target.put(0, source, 0, 8);
        int to = 8;
        for (int at = 8; ; ) {
            int length = source.getInt(at);
            int type = source.getInt(at + 4);
            if (type == IHDR || type == PLTE || type == TRNS || type == IDAT || type == IEND) {
                target.put(to, source, at, 12 + length);
                to += 12 + length;
            }
            if (type == IEND) {
                return to;
            }
            at += 12 + length;
        }
    }
}
