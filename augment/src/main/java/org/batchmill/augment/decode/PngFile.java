package org.batchmill.augment.decode;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.batchmill.records.DataException;
import org.batchmill.records.Exif;

/**
 * PNG (RFC 2083): eight magic bytes, then chunks {@code length:u32 type:4 data crc:u32}, IHDR first and IEND last. The checksums
 * are verified: a native decoder would hand out what it has read so far.
 */
final class PngFile {

    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int PLTE = 0x504c5445;
    private static final int TRNS = 0x74524e53;
    private static final int IEND = 0x49454e44;
    private static final int EXIF = 0x65584966;
    private static final int ZTXT = 0x7a545874;
    private static final int ITXT = 0x69545874;
    private static final int ICCP = 0x69434350;
    private static final int MOST_INFLATED = 32;

    private PngFile() {}

    static ImageHeader read(Bytes bytes) throws DataException {
        ImageHeader header = header(bytes);
        int orientation = 1;
        boolean data = false;
        int inflated = 0;
        long at = 8;
        while (true) {
            long length = bytes.u32(at);
            int type = (int) bytes.u32(at + 4);
            bytes.require(at, 12 + length);
            requireChecksum(bytes, at + 4, length + 4);
            requireForm(bytes, type, at, length);
            if (type == ZTXT || type == ITXT || type == ICCP) {
                // Each may inflate to megabytes before a pixel is decoded.
                if (++inflated > MOST_INFLATED) {
                    throw bytes.tooLarge("the PNG has more than " + MOST_INFLATED + " compressed texts and profiles");
                }
            } else if (type == EXIF) {
                orientation = Exif.orientation(bytes.slice(at + 8, at + 8 + length));
            } else if (type == IDAT) {
                data = true;
            } else if (type == IEND) {
                break;
            }
            at += 12 + length;
        }
        if (!data) {
            throw bytes.corrupt("the PNG has no image data");
        }
        return header.turned(orientation);
    }

    /**
     * Critical chunks are those of RFC 2083 and no longer than it says: a decoder that is older than a hole in it sees nothing that
     * is unusual.
     */
    private static void requireForm(Bytes bytes, int type, long at, long length) throws DataException {
        boolean ancillary = (type >>> 24 & 0x20) != 0;
        switch (type) {
            case IHDR -> require(at == 8, bytes, at, "a second header");
            case PLTE -> require(length % 3 == 0 && length <= 768, bytes, at, "a palette of " + length + " bytes");
            case TRNS -> require(length <= 256, bytes, at, "transparency of " + length + " bytes");
            case IEND -> require(length == 0, bytes, at, "an end of " + length + " bytes");
            case IDAT -> {
                // Any length; what it holds is bounded by the picture's size.
            }
            default -> require(ancillary, bytes, at, "an unknown critical chunk");
        }
    }

    private static void require(boolean holds, Bytes bytes, long at, String what) throws DataException {
        if (!holds) {
            throw bytes.corrupt("the PNG has " + what + " at byte " + at);
        }
    }

    /**
     * Copies what the pixels need of a file that {@link #read} has passed: header, palette, transparency and data. All other chunks
     * (colour profiles, texts, times, animations) are left out, so that no decoder's code for them is reached.
     *
     * @param file   from position to limit
     * @param target written from index 0, at least as long
     * @return the bytes written
     */
    static int copyPixels(ByteBuffer file, ByteBuffer target) {
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

    /** Only what the first chunk says: the size is known, and can be refused, before the rest of the file is looked at. */
    private static ImageHeader header(Bytes bytes) throws DataException {
        long length = bytes.u32(8);
        if (bytes.u32(12) != IHDR || length != 13) {
            throw bytes.corrupt("the PNG does not start with a header chunk");
        }
        requireChecksum(bytes, 12, 4 + length);
        long width = bytes.u32(16);
        long height = bytes.u32(20);
        if (width == 0 || height == 0 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw bytes.corrupt("the PNG's size is " + width + " x " + height);
        }
        int depth = bytes.u8(24);
        int colour = bytes.u8(25);
        int channels =
                switch (colour) {
                    case 0 -> 1;
                    case 2, 3 -> 3;
                    case 4 -> 2;
                    case 6 -> 4;
                    default -> throw bytes.corrupt("the PNG's colour type is " + colour);
                };
        if (Integer.bitCount(depth) != 1 || depth > 16) {
            throw bytes.corrupt("the PNG has " + depth + " bits a channel");
        }
        if (bytes.u8(26) != 0 || bytes.u8(27) != 0 || bytes.u8(28) > 1) {
            throw bytes.corrupt("the PNG is compressed, filtered or interlaced in an unknown way");
        }
        return new ImageHeader(ImageFormat.PNG, (int) width, (int) height, channels, depth, 1);
    }

    private static void requireChecksum(Bytes bytes, long at, long length) throws DataException {
        int start = bytes.require(at, length + 4);
        ByteBuffer chunk = bytes.buffer().slice(start, (int) length);
        CRC32 crc = new CRC32();
        crc.update(chunk);
        if (crc.getValue() != bytes.u32(at + length)) {
            throw bytes.corrupt("the PNG chunk at byte " + (at - 4) + " fails its checksum");
        }
    }
}
