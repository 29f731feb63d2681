package org.batchmill.records.image;

import java.util.Arrays;
import org.batchmill.records.DataException;

/**
 * Windows bitmaps: a file header of 14 bytes, an info header whose first field is its size (12 and 40 bytes; 108 and 124 in versions 4 and
 * 5), then rows padded to 4 bytes. What is not decoded here is what OpenCV 4.13 does not decode, or would decode to other colours.
 */
final class BmpFile {

    private static final int OLD_HEADER = 12;
    private static final int HEADER = 40;
    /** From this size on the decoder looks at the masks of 32 bits; in smaller headers it takes them for the usual ones. */
    private static final int HEADER_WITH_MASKS = 56;

    private static final int UNCOMPRESSED = 0;
    private static final int RUNS_OF_8 = 1;
    private static final int RUNS_OF_4 = 2;
    private static final int BIT_FIELDS = 3;

    /** Where red, green and blue lie in the bits of a pixel: behind a header of 40 bytes, and at the same place in a longer one. */
    private static final int MASKS = 14 + HEADER;

    private static final int[] MASKS_555 = {0x7c00, 0x3e0, 0x1f};
    private static final int[] MASKS_565 = {0xf800, 0x7e0, 0x1f};
    private static final int[] MASKS_888 = {0xff0000, 0xff00, 0xff};

    private BmpFile() {}

    /** @param whole whether all rows are to be there, in a form that is decoded */
    static ImageHeader read(Bytes bytes, boolean whole) throws DataException {
        long infoSize = bytes.u32le(14);
        boolean old = infoSize == OLD_HEADER;
        if (!old && infoSize < HEADER) {
            throw bytes.unsupported("a BMP whose header has " + infoSize + " bytes");
        }
        long width = old ? bytes.u16le(18) : (int) bytes.u32le(18);
        // A negative height says that the rows run from top to bottom.
        long height = old ? bytes.u16le(20) : Math.abs((long) (int) bytes.u32le(22));
        int bits = bytes.u16le(old ? 24 : 28);
        if (width <= 0 || height <= 0 || height > Integer.MAX_VALUE) {
            throw bytes.corrupt("the BMP's size is " + width + " x " + height);
        }
        if (whole) {
            long compression = old ? UNCOMPRESSED : bytes.u32le(30);
            requireDecodable(bytes, infoSize, bits, compression);
            requireRows(bytes, width, height, bits, compression);
        }
        return new ImageHeader(ImageFormat.BMP, (int) width, (int) height, bits == 32 ? 4 : 3, 8, 1);
    }

    private static void requireDecodable(Bytes bytes, long infoSize, int bits, long compression) throws DataException {
        bytes.require(14, infoSize);
        boolean whole = bits == 1 || bits == 4 || bits == 8 || bits == 24 || bits == 32;
        boolean decoded = (compression == UNCOMPRESSED && (whole || (bits == 16 && infoSize != OLD_HEADER)))
                || (compression == RUNS_OF_8 && bits == 8)
                || (compression == RUNS_OF_4 && bits == 4)
                || (compression == BIT_FIELDS && (bits == 16 || bits == 32));
        if (!decoded) {
            throw bytes.unsupported("a BMP of " + bits + " bits a pixel with compression " + compression);
        }
        if (compression == BIT_FIELDS && !(bits == 32 && infoSize >= HEADER_WITH_MASKS)) {
            int[] masks = new int[3];
            for (int i = 0; i < masks.length; i++) {
                masks[i] = (int) bytes.u32le(MASKS + 4L * i);
            }
            boolean usual = bits == 32
                    ? Arrays.equals(masks, MASKS_888)
                    : Arrays.equals(masks, MASKS_555) || Arrays.equals(masks, MASKS_565);
            if (!usual) {
                throw bytes.unsupported(
                        "a BMP of " + bits + " bits a pixel, whose red is " + Integer.toHexString(masks[0]) + ", green "
                                + Integer.toHexString(masks[1]) + " and blue " + Integer.toHexString(masks[2]));
            }
        }
    }

    private static void requireRows(Bytes bytes, long width, long height, int bits, long compression)
            throws DataException {
        long pixels = bytes.u32le(10);
        long behindHeader = 14 + bytes.u32le(14);
        if (pixels < behindHeader) {
            throw bytes.corrupt("the BMP's pixels begin at byte " + pixels + ", its header ends at " + behindHeader);
        }
        if (compression == RUNS_OF_8 || compression == RUNS_OF_4) {
            bytes.require(pixels, bytes.u32le(34)); // the header says how many bytes they take
        } else {
            long stride = (width * bits + 31) / 32 * 4;
            bytes.require(pixels, stride > Long.MAX_VALUE / height ? Long.MAX_VALUE : stride * height);
        }
    }
}
