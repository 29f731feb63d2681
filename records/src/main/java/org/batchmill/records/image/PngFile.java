package org.batchmill.records.image;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.batchmill.records.DataException;

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
    private static final int CGBI = 0x43674249;
    private static final int MOST_INFLATED = 32;

    /** Where the header says the colour type, and two of its values. */
    private static final int COLOUR_TYPE = 25;

    private static final int GREY = 0;
    private static final int PALETTE = 3;

    private PngFile() {}

    /** @param whole whether all chunks up to the last are to be there, with their checksums */
    static ImageHeader read(Bytes bytes, boolean whole) throws DataException {
        ImageHeader header = header(bytes, whole);
        return header.turned(whole ? orientationOfWhole(bytes) : orientation(bytes));
    }

    private static int orientationOfWhole(Bytes bytes) throws DataException {
        int orientation = 1;
        boolean palette = bytes.u8(COLOUR_TYPE) != PALETTE;
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
            } else if (type == PLTE) {
                palette = true;
            } else if (type == IDAT) {
                require(palette, bytes, at, "data without a palette before them");
                data = true;
            } else if (type == IEND) {
                break;
            }
            at += 12 + length;
        }
        if (!data) {
            throw bytes.corrupt("the PNG has no image data");
        }
        return orientation;
    }

    /** From the eXIf chunk, which may come before or behind the pixels, if it is there. */
    private static int orientation(Bytes bytes) throws DataException {
        long at = 8;
        while (at + 8 <= bytes.length()) {
            long length = bytes.u32(at);
            if (bytes.u32(at + 4) == EXIF) {
                return Exif.orientation(bytes.slice(at + 8, Math.min(bytes.length(), at + 8 + length)));
            }
            at += 12 + length;
        }
        return 1;
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
                // Any length; what it holds is bounded by the image's size.
            }
            default -> require(ancillary, bytes, at, "an unknown critical chunk");
        }
    }

    private static void require(boolean holds, Bytes bytes, long at, String what) throws DataException {
        if (!holds) {
            throw bytes.corrupt("the PNG has " + what + " at byte " + at);
        }
    }

    /** Only what the first chunk says: the size is known, and can be refused, before the rest of the file is looked at. */
    private static ImageHeader header(Bytes bytes, boolean whole) throws DataException {
        long length = bytes.u32(8);
        if (bytes.u32(12) == CGBI) {
            throw bytes.unsupported("a PNG as Xcode rewrites it for iOS (CgBI)");
        }
        if (bytes.u32(12) != IHDR || length != 13) {
            throw bytes.corrupt("the PNG does not start with a header chunk");
        }
        if (whole) {
            requireChecksum(bytes, 12, 4 + length);
        }
        long width = bytes.u32(16);
        long height = bytes.u32(20);
        if (width == 0 || height == 0 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw bytes.corrupt("the PNG's size is " + width + " x " + height);
        }
        int depth = bytes.u8(24);
        int colour = bytes.u8(COLOUR_TYPE);
        int channels =
                switch (colour) {
                    case 0 -> 1;
                    case 2, 3 -> 3;
                    case 4 -> 2;
                    case 6 -> 4;
                    default -> throw bytes.corrupt("the PNG's colour type is " + colour);
                };
        if (!isOf(colour, depth)) {
            throw bytes.corrupt("the PNG has " + depth + " bits a channel and colour type " + colour);
        }
        if (bytes.u8(26) != 0 || bytes.u8(27) != 0 || bytes.u8(28) > 1) {
            throw bytes.corrupt("the PNG is compressed, filtered or interlaced in an unknown way");
        }
        return new ImageHeader(ImageFormat.PNG, (int) width, (int) height, channels, depth, 1);
    }

    /** Whether a colour type has so many bits a channel. */
    private static boolean isOf(int colour, int depth) {
        return switch (depth) {
            case 1, 2, 4 -> colour == GREY || colour == PALETTE;
            case 8 -> true;
            case 16 -> colour != PALETTE;
            default -> false;
        };
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
