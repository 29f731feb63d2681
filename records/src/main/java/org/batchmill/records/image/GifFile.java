package org.batchmill.records.image;

import org.batchmill.records.DataException;

/**
 * GIF87a and GIF89a: logical screen, colour tables, then blocks: 21 extension, 2C image, 3B trailer; data come in sub-blocks
 * {@code size:u8 data} that end with an empty one. Only the first image is read, so only that one must be whole.
 */
final class GifFile {

    private GifFile() {}

    /** @param whole whether the first image is to be there */
    static ImageHeader read(Bytes bytes, boolean whole) throws DataException {
        int width = bytes.u16le(6);
        int height = bytes.u16le(8);
        if (width == 0 || height == 0) {
            throw bytes.corrupt("the GIF's size is " + width + " x " + height);
        }
        if (whole) {
            requireImage(bytes, width, height);
        }
        return new ImageHeader(ImageFormat.GIF, width, height, 3, 8, 1);
    }

    private static void requireImage(Bytes bytes, int width, int height) throws DataException {
        long at = 13 + tableBytes(bytes.u8(10));
        while (true) {
            switch (bytes.u8(at)) {
                case 0x21 -> at = behindSubBlocks(bytes, at + 2);
                case 0x2c -> {
                    long frameRight = bytes.u16le(at + 1) + (long) bytes.u16le(at + 5);
                    long frameBottom = bytes.u16le(at + 3) + (long) bytes.u16le(at + 7);
                    if (frameRight > width || frameBottom > height) {
                        throw bytes.corrupt("the GIF's first image reaches beyond its screen");
                    }
                    long data = at + 10 + tableBytes(bytes.u8(at + 9));
                    int codeSize = bytes.u8(data);
                    if (codeSize < 1 || codeSize > 8) {
                        throw bytes.corrupt("the GIF's code size is " + codeSize);
                    }
                    behindSubBlocks(bytes, data + 1);
                    return;
                }
                case 0x3b -> throw bytes.corrupt("the GIF holds no image");
                default -> throw bytes.corrupt("no GIF block at byte " + at);
            }
        }
    }

    private static long tableBytes(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3L << ((flags & 7) + 1);
    }

    private static long behindSubBlocks(Bytes bytes, long at) throws DataException {
        int size;
        while ((size = bytes.u8(at)) != 0) {
            at += 1 + size;
        }
        return at + 1;
    }
}
