package org.batchmill.records.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * What an image file says of itself before its pixels are decoded. Immutable.
 *
 * @param width       as stored, in pixels, before the orientation is applied
 * @param height      as stored, in pixels
 * @param channels    as stored: 1 grey, 2 grey with alpha, 3 colour (palettes too), 4 colour with alpha, or CMYK
 * @param depth       bits a channel: 1 to 16
 * @param orientation EXIF's, 1 to 8; 1 where the file does not say
 */
public record ImageHeader(ImageFormat format, int width, int height, int channels, int depth, int orientation) {

    /**
     * Reads the header alone. What is behind it may be damaged or missing, and may be of a kind that is not decoded; the orientation
     * of a PNG or WebP may be there too, and is 1 where its block is cut off.
     *
     * @param file  from position to limit
     * @param where the name of the file, for errors
     * @throws DataException TRUNCATED, CORRUPT, or UNSUPPORTED where it is of no format that is read
     */
    public static ImageHeader read(ByteBuffer file, String where) throws DataException {
        return read(file, where, false);
    }

    /**
     * Reads the header and checks that the file is whole: it ends where its format says that it ends. No pixel is decoded and
     * nothing is allocated.
     *
     * @param file  from position to limit
     * @param where the name of the file, for errors
     * @throws DataException TRUNCATED, CORRUPT, or UNSUPPORTED where it is of no format, or of no kind of one, that is decoded
     */
    public static ImageHeader whole(ByteBuffer file, String where) throws DataException {
        return read(file, where, true);
    }

    private static ImageHeader read(ByteBuffer file, String where, boolean whole) throws DataException {
        // All reads are absolute, so a buffer that starts at its own beginning needs no view.
        boolean plain = file.position() == 0 && file.order() == ByteOrder.BIG_ENDIAN;
        Bytes bytes = new Bytes(plain ? file : file.slice(), where);
        if (bytes.length() == 0) {
            throw bytes.truncated("the file is empty");
        }
        if (bytes.startsWith(0, 0xff, 0xd8)) {
            return JpegFile.read(bytes, whole);
        }
        if (bytes.startsWith(0, 0x89, 'P', 'N', 'G', 13, 10, 26, 10)) {
            return PngFile.read(bytes, whole);
        }
        if (bytes.startsWith(0, 'G', 'I', 'F', '8')) {
            return GifFile.read(bytes, whole);
        }
        if (bytes.startsWith(0, 'B', 'M')) {
            return BmpFile.read(bytes, whole);
        }
        if (bytes.startsWith(0, 'R', 'I', 'F', 'F') && bytes.startsWith(8, 'W', 'E', 'B', 'P')) {
            return WebpFile.read(bytes, whole);
        }
        throw new DataException(Kind.UNSUPPORTED, where, "not a JPEG, PNG, GIF, BMP or WebP image");
    }

    /**
     * Reads the header, checks that the file is whole and refuses what is too large to decode: all that can be known of an image
     * without decoding it.
     *
     * @param pixelLimit width times height at most
     * @throws DataException as {@link #whole}, and TOO_LARGE above the limit
     */
    public static ImageHeader check(ByteBuffer file, String where, long pixelLimit) throws DataException {
        ImageHeader header = whole(file, where);
        if (header.pixels() > pixelLimit) {
            throw new DataException(
                    Kind.TOO_LARGE,
                    where,
                    header.width + " x " + header.height + " pixels are more than the limit of " + pixelLimit);
        }
        return header;
    }

    /** The same with the orientation that was found elsewhere in the file. */
    ImageHeader turned(int orientation) {
        return orientation == 1 ? this : new ImageHeader(format, width, height, channels, depth, orientation);
    }

    /** The width when the image stands upright. */
    public int uprightWidth() {
        return orientation > 4 ? height : width;
    }

    /** The height when the image stands upright. */
    public int uprightHeight() {
        return orientation > 4 ? width : height;
    }

    /** Width times height. */
    public long pixels() {
        return (long) width * height;
    }
}
