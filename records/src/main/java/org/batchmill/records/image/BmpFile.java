package org.batchmill.records.image;

import org.batchmill.records.DataException;

/** Windows bitmaps: a file header of 14 bytes, an info header whose first field is its size, then rows padded to 4 bytes. */
final class BmpFile {

    private static final int UNCOMPRESSED = 0;
    private static final int BIT_FIELDS = 3;

    private BmpFile() {}

    /** @param whole whether all rows are to be there, in a form that is decoded */
    static ImageHeader read(Bytes bytes, boolean whole) throws DataException {
        long infoSize = bytes.u32le(14);
        boolean old = infoSize == 12;
        if (!old && infoSize < 40) {
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
            requireRows(bytes, width, height, bits, old ? UNCOMPRESSED : bytes.u32le(30));
        }
        return new ImageHeader(ImageFormat.BMP, (int) width, (int) height, bits == 32 ? 4 : 3, 8, 1);
    }

    private static void requireRows(Bytes bytes, long width, long height, int bits, long compression)
            throws DataException {
        if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
            throw bytes.unsupported("a BMP of " + bits + " bits a pixel");
        }
        long pixels = bytes.u32le(10);
        if (compression == UNCOMPRESSED || compression == BIT_FIELDS) {
            long stride = (width * bits + 31) / 32 * 4;
            bytes.require(pixels, stride > Long.MAX_VALUE / height ? Long.MAX_VALUE : stride * height);
        } else if (compression <= 2) {
            bytes.require(pixels, bytes.u32le(34)); // run lengths: the header says how many bytes they take
        } else {
            throw bytes.unsupported("a BMP of compression " + compression);
        }
    }
}
