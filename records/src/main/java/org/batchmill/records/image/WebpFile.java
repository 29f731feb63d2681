package org.batchmill.records.image;

import org.batchmill.records.DataException;

/**
 * WebP: {@code RIFF size:u32le WEBP}, then chunks {@code type:4 size:u32le data}, padded to even length. VP8 (lossy) and VP8L
 * (lossless) are images; VP8X announces further chunks, and its size is that of the canvas.
 */
final class WebpFile {

    private static final int VP8 = 0x56503820;
    private static final int VP8L = 0x5650384c;
    private static final int VP8X = 0x56503858;
    private static final int ANMF = 0x414e4d46;
    private static final int EXIF = 0x45584946;
    private static final int ALPHA = 0x10;

    /** A decoder looks at the head of each before it gives the first: a million of forty bytes are a second of work. */
    private static final int MOST_FRAMES = 16_384;

    private WebpFile() {}

    /** @param whole whether all chunks up to the end that the file declares are to be there */
    static ImageHeader read(Bytes bytes, boolean whole) throws DataException {
        long end = whole ? 8 + bytes.u32le(4) : bytes.length();
        if (end > bytes.length()) {
            throw bytes.truncated("the WebP file should have " + end + " bytes and has " + bytes.length());
        }
        int width = 0;
        int height = 0;
        int channels = 3;
        int orientation = 1;
        boolean image = false;
        int frames = 0;
        long at = 12;
        while (at + 8 <= end) {
            int type = (int) bytes.u32(at);
            long size = bytes.u32le(at + 4);
            long data = at + 8;
            if (whole) {
                bytes.require(data, size);
            }
            if (type == VP8X) {
                channels = (bytes.u8(data) & ALPHA) == 0 ? 3 : 4;
                width = 1 + (int) (bytes.u32le(data + 4) & 0xffffff);
                height = 1 + (bytes.u16le(data + 7) | bytes.u8(data + 9) << 16);
            } else if (type == EXIF) {
                long tiff = bytes.startsWith(data, 'E', 'x', 'i', 'f', 0, 0) ? data + 6 : data;
                orientation = Exif.orientation(bytes.slice(tiff, Math.min(end, data + size)));
            } else if (type == VP8 && !image) {
                image = true;
                if (whole && !bytes.startsWith(data + 3, 0x9d, 0x01, 0x2a)) {
                    throw bytes.corrupt("the WebP file has no key frame");
                }
                if (width == 0) {
                    width = bytes.u16le(data + 6) & 0x3fff;
                    height = bytes.u16le(data + 8) & 0x3fff;
                }
            } else if (type == VP8L && !image) {
                image = true;
                if (whole && bytes.u8(data) != 0x2f) {
                    throw bytes.corrupt("the WebP file's lossless data have no signature");
                }
                if (width == 0) {
                    long bits = bytes.u32le(data + 1);
                    width = 1 + (int) (bits & 0x3fff);
                    height = 1 + (int) (bits >> 14 & 0x3fff);
                    channels = (bits >> 28 & 1) == 0 ? 3 : 4;
                }
            } else if (type == ANMF) {
                image = true;
                if (++frames > MOST_FRAMES && whole) {
                    throw bytes.tooLarge("the WebP file has more than " + MOST_FRAMES + " frames");
                }
            }
            at = data + size + (size & 1);
        }
        if (whole && !image) {
            throw bytes.corrupt("the WebP file holds no image");
        }
        if (width == 0 || height == 0) {
            throw bytes.corrupt("the WebP's size is " + width + " x " + height);
        }
        return new ImageHeader(ImageFormat.WEBP, width, height, channels, 8, orientation);
    }
}
