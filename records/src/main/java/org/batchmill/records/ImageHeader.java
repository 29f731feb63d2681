package org.batchmill.records;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.batchmill.records.DataException.Kind;

/**
 * What the first bytes of an encoded picture say, read without decoding it, so that limits are checked before anything is
 * allocated: JPEG, PNG, GIF, BMP and WebP.
 *
 * @param format      {@code jpeg}, {@code png}, {@code gif}, {@code bmp} or {@code webp}
 * @param width       in pixels, as stored
 * @param height      in pixels, as stored
 * @param channels    as stored: 1, 2, 3 or 4; a palette counts as 3
 * @param orientation the EXIF orientation, 1 to 8; 5 to 8 swap width and height when the picture is shown upright
 */
public record ImageHeader(String format, int width, int height, int channels, int orientation) {

    private static final int PNG_SIGNATURE_HIGH = 0x89504e47;
    private static final int PNG_SIGNATURE_LOW = 0x0d0a1a0a;
    private static final int PNG_SIGNATURE_BYTES = 8;
    private static final int PNG_PALETTE = 3;
    private static final int PNG_EXIF = 0x65584966;

    /** The width of the picture shown upright. */
    public int uprightWidth() {
        return orientation >= 5 ? height : width;
    }

    /** The height of the picture shown upright. */
    public int uprightHeight() {
        return orientation >= 5 ? width : height;
    }

    /**
     * Reads the header.
     *
     * @param picture from position to limit, which are left alone; for a JPEG all bytes up to the frame header, for the orientation
     *                of a PNG or WebP all bytes
     * @param where   what errors call the picture
     * @throws DataException if the bytes are of none of these formats, or end too early
     */
    public static ImageHeader read(ByteBuffer picture, String where) throws DataException {
        ByteBuffer bytes = picture.slice().order(ByteOrder.BIG_ENDIAN);
        if (!bytes.hasRemaining()) {
            throw new DataException(Kind.TRUNCATED, where, "the picture is empty");
        }
        Optional<ImageHeader> header;
        try {
            header = read(bytes);
        } catch (IndexOutOfBoundsException e) {
            throw new DataException(Kind.TRUNCATED, where, "the picture ends inside its header", e);
        }
        if (header.isEmpty()) {
            throw new DataException(Kind.UNSUPPORTED, where, "not a JPEG, PNG, GIF, BMP or WebP picture");
        }
        ImageHeader found = header.get();
        if (found.width <= 0 || found.height <= 0) {
            throw new DataException(
                    Kind.CORRUPT, where, "the header says " + found.width + " x " + found.height + " pixels");
        }
        return found;
    }

    private static Optional<ImageHeader> read(ByteBuffer bytes) {
        if (bytes.remaining() < 4) {
            return Optional.empty();
        }
        if ((bytes.getShort(0) & 0xffff) == 0xffd8) {
            return JpegHeader.read(bytes);
        }
        if (bytes.getInt(0) == PNG_SIGNATURE_HIGH && bytes.getInt(4) == PNG_SIGNATURE_LOW) {
            return Optional.of(png(bytes));
        }
        return switch (ascii(bytes, 0, 4)) {
            case "GIF8" -> Optional.of(gif(bytes));
            case "RIFF" -> ascii(bytes, 8, 4).equals("WEBP") ? webp(bytes) : Optional.empty();
            default -> ascii(bytes, 0, 2).equals("BM") ? Optional.of(bmp(bytes)) : Optional.empty();
        };
    }

    private static ImageHeader png(ByteBuffer bytes) {
        int colour = bytes.get(25);
        int channels = colour == PNG_PALETTE ? 3 : (colour & 2) + 1 + (colour >> 2 & 1);
        return new ImageHeader("png", bytes.getInt(16), bytes.getInt(20), channels, pngOrientation(bytes));
    }

    /** From the eXIf chunk, which may come before or behind the pixels. */
    private static int pngOrientation(ByteBuffer bytes) {
        long at = PNG_SIGNATURE_BYTES;
        while (at + 8 <= bytes.limit()) {
            long length = bytes.getInt((int) at) & 0xffffffffL;
            if (bytes.getInt((int) at + 4) == PNG_EXIF) {
                return Exif.orientation(block(bytes, at + 8, length));
            }
            at += length + 12;
        }
        return 1;
    }

    /** What is there of a block, in the order of a fresh buffer. */
    private static ByteBuffer block(ByteBuffer bytes, long from, long length) {
        return bytes.slice((int) from, (int) Math.min(length, bytes.limit() - from));
    }

    private static ImageHeader gif(ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        return upright("gif", bytes.getShort(6) & 0xffff, bytes.getShort(8) & 0xffff, 3);
    }

    private static ImageHeader bmp(ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        int channels = bytes.getShort(28) == 32 ? 4 : 3;
        return upright("bmp", bytes.getInt(18), Math.abs(bytes.getInt(22)), channels);
    }

    private static Optional<ImageHeader> webp(ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        return Optional.ofNullable(
                switch (ascii(bytes, 12, 4)) {
                    case "VP8 " -> upright("webp", bytes.getShort(26) & 0x3fff, bytes.getShort(28) & 0x3fff, 3);
                    case "VP8L" -> {
                        int bits = bytes.getInt(21);
                        int channels = (bits >> 28 & 1) == 1 ? 4 : 3;
                        yield upright("webp", (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1, channels);
                    }
                    case "VP8X" -> {
                        int channels = (bytes.get(20) & 0x10) != 0 ? 4 : 3;
                        yield new ImageHeader(
                                "webp",
                                (bytes.getInt(24) & 0xffffff) + 1,
                                (bytes.getInt(26) >>> 8) + 1,
                                channels,
                                webpOrientation(bytes));
                    }
                    default -> null;
                });
    }

    /** From the EXIF chunk, which comes behind the pixels. */
    private static int webpOrientation(ByteBuffer bytes) {
        long at = 12;
        while (at + 8 <= bytes.limit()) {
            long length = bytes.getInt((int) at + 4) & 0xffffffffL;
            if (ascii(bytes, (int) at, 4).equals("EXIF")) {
                ByteBuffer exif = block(bytes, at + 8, length);
                // Some writers keep the six bytes that begin the block in a JPEG.
                boolean headed = exif.limit() >= 6 && ascii(exif, 0, 4).equals("Exif");
                return Exif.orientation(headed ? exif.slice(6, exif.limit() - 6) : exif);
            }
            at += 8 + length + (length & 1);
        }
        return 1;
    }

    private static ImageHeader upright(String format, int width, int height, int channels) {
        return new ImageHeader(format, width, height, channels, 1);
    }

    private static String ascii(ByteBuffer bytes, int offset, int length) {
        byte[] text = new byte[length];
        bytes.get(offset, text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
