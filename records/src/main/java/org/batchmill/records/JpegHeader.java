package org.batchmill.records;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Walks over the segments of a JPEG up to its frame header; on the way it notes the EXIF orientation. */
final class JpegHeader {

    private static final int APP1 = 0xe1;
    private static final int START_OF_SCAN = 0xda;
    private static final int EXIF = 0x45786966;

    private JpegHeader() {}

    /**
     * @throws IndexOutOfBoundsException if the bytes end before the frame header
     */
    static Optional<ImageHeader> read(ByteBuffer bytes) {
        int orientation = 1;
        int at = 2;
        while (true) {
            if ((bytes.get(at) & 0xff) != 0xff || bytes.get(at + 1) == 0) {
                at++; // extraneous bytes before a marker, which decoders pass over with a warning
                continue;
            }
            int marker = bytes.get(at + 1) & 0xff;
            if (marker == 0xff) {
                at++; // fill byte
                continue;
            }
            if (hasNoLength(marker)) {
                at += 2;
                continue;
            }
            int length = bytes.getShort(at + 2) & 0xffff;
            if (isFrame(marker)) {
                return Optional.of(new ImageHeader(
                        "jpeg",
                        bytes.getShort(at + 7) & 0xffff,
                        bytes.getShort(at + 5) & 0xffff,
                        bytes.get(at + 9),
                        orientation));
            }
            if (marker == START_OF_SCAN || length < 2) {
                return Optional.empty();
            }
            if (marker == APP1 && length >= 16 && bytes.getInt(at + 4) == EXIF) {
                int end = Math.min(at + 2 + length, bytes.limit());
                orientation = Exif.orientation(bytes.slice(at + 10, end - at - 10));
            }
            at += 2 + length;
        }
    }

    private static boolean hasNoLength(int marker) {
        return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    }

    /** SOF0 to SOF15, among which DHT, JPG and DAC are not frames. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }
}
