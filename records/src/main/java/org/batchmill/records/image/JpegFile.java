package org.batchmill.records.image;

import org.batchmill.records.DataException;

/**
 * JPEG (ITU-T T.81, annex B): SOI, then segments {@code FF marker length:u16 payload}; SOS is followed by entropy-coded bytes in
 * which FF is written FF 00 and only restart markers may stand; EOI ends the file.
 */
final class JpegFile {

    private static final int SOF0 = 0xc0;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int RST0 = 0xd0;
    private static final int RST7 = 0xd7;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP1 = 0xe1;
    private static final int TEM = 0x01;

    private static final int MOST_SCANS = 64;

    private JpegFile() {}

    /** @param whole whether all up to the end marker is to be there, and of a kind that is decoded */
    static ImageHeader read(Bytes bytes, boolean whole) throws DataException {
        ImageHeader frame = null;
        int orientation = 1;
        boolean progressive = false;
        long at = 2;
        while (true) {
            at = behindMarker(bytes, at);
            int marker = bytes.u8(at - 1);
            if (marker == EOI) {
                throw bytes.corrupt("the JPEG ends at byte " + at + " without a scan");
            }
            if (marker == TEM || isRestart(marker)) {
                continue;
            }
            int length = bytes.u16(at);
            if (length < 2) {
                throw bytes.corrupt("a JPEG segment of length " + length + " at byte " + at);
            }
            if (!whole && isFrame(marker)) {
                return frame(bytes, at).turned(orientation);
            }
            bytes.require(at, length);
            if (marker == SOS) {
                if (frame == null) {
                    throw bytes.corrupt("a JPEG scan without a frame header at byte " + at);
                }
                requireEnd(bytes, at + length);
                if (progressive || bytes.u8(at + 2) < frame.channels()) {
                    requireFewScans(bytes, at + length);
                }
                return frame.turned(orientation);
            }
            if (marker == APP1 && bytes.startsWith(at + 2, 'E', 'x', 'i', 'f', 0, 0)) {
                orientation = Exif.orientation(bytes.slice(at + 8, at + length));
            } else if (isFrame(marker)) {
                if (frame != null) {
                    throw bytes.corrupt("the JPEG has a second frame header at byte " + at);
                }
                frame = frame(bytes, at);
                requireDecodable(bytes, frame, marker - SOF0);
                progressive = marker - SOF0 == 2;
            }
            at += length;
        }
    }

    private static boolean isRestart(int marker) {
        return marker >= RST0 && marker <= RST7;
    }

    private static boolean isFrame(int marker) {
        return marker >= SOF0 && marker <= 0xcf && marker != DHT && marker != JPG && marker != DAC;
    }

    private static ImageHeader frame(Bytes bytes, long at) throws DataException {
        int depth = bytes.u8(at + 2);
        int height = bytes.u16(at + 3);
        int width = bytes.u16(at + 5);
        int channels = bytes.u8(at + 7);
        if (width == 0) {
            throw bytes.corrupt("the JPEG's size is " + width + " x " + height);
        }
        if (height == 0) {
            throw bytes.unsupported("a JPEG that says its height behind its first scan (DNL)");
        }
        return new ImageHeader(ImageFormat.JPEG, width, height, channels, depth, 1);
    }

    private static void requireDecodable(Bytes bytes, ImageHeader frame, int process) throws DataException {
        if (process > 2) {
            throw bytes.unsupported("JPEG process SOF" + process + " (only baseline and progressive are read)");
        }
        if (frame.depth() != 8) {
            throw bytes.unsupported("a JPEG of " + frame.depth() + " bits a channel");
        }
        if (frame.channels() != 1 && frame.channels() != 3 && frame.channels() != 4) {
            throw bytes.unsupported("a JPEG of " + frame.channels() + " channels");
        }
    }

    /** Behind the next marker from {@code at} on, which fill bytes FF may precede, and extraneous ones, as decoders bear them. */
    private static long behindMarker(Bytes bytes, long at) throws DataException {
        long next = at;
        while (true) {
            while (bytes.u8(next) != 0xff) {
                next++;
            }
            while (bytes.u8(next) == 0xff) {
                next++;
            }
            if (bytes.u8(next++) != 0) {
                return next;
            }
        }
    }

    /**
     * A decoder goes over the whole image for each scan, however few bytes that has: thousands of scans of some bytes are minutes of
     * work. Encoders make about ten. Every pair of bytes that could begin a scan counts: within a scan none looks so.
     */
    private static void requireFewScans(Bytes bytes, long from) throws DataException {
        int scans = 1;
        for (long at = from; at + 1 < bytes.length(); at++) {
            if (bytes.u8(at) == 0xff && bytes.u8(at + 1) == SOS && ++scans > MOST_SCANS) {
                throw bytes.tooLarge("the JPEG has more than " + MOST_SCANS + " scans");
            }
        }
    }

    /**
     * libjpeg fills what a cut file lacks with grey and calls it an image, so the end marker is looked for here. It nearly
     * always is the last two bytes; a file with something behind it is walked through.
     */
    private static void requireEnd(Bytes bytes, long scan) throws DataException {
        if (bytes.length() - 2 >= scan && bytes.startsWith(bytes.length() - 2, 0xff, EOI)) {
            return;
        }
        long at = scan;
        while (at + 1 < bytes.length()) {
            if (bytes.u8(at) != 0xff) {
                at++;
                continue;
            }
            int marker = bytes.u8(at + 1);
            if (marker == EOI) {
                return;
            }
            if (marker == 0 || isRestart(marker)) {
                at += 2;
            } else if (marker == 0xff) {
                at++;
            } else {
                // Tables and further scans between the scans of a progressive file.
                at += 2 + Math.max(2, at + 3 < bytes.length() ? bytes.u16(at + 2) : 2);
            }
        }
        throw bytes.truncated("the JPEG has no end marker: it stops at byte " + bytes.length());
    }
}
