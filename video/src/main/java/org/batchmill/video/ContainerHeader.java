package org.batchmill.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * What a container claims of itself, read before FFmpeg builds its tables from those claims, and used afterwards to tell a
 * truncated file from one that ends.
 *
 * <pre>
 * mp4, mov   box      = u32 size | 4 letters | payload          size 1: a u64 size follows; size 0: to the end of the file
 *            stsz     = u32 flags | u32 size of all, or 0 | u32 count | count * u32 size
 * mkv, webm  element  = id of 1 to 4 bytes | size of 1 to 8 bytes | payload     all size bits set: unknown
 *            file     = EBML header element | Segment element
 * avi        file     = "RIFF" | u32 size | "AVI " | ...                        little-endian
 * </pre>
 *
 * @param claimedEnd where the file should end by its own word; 0 where it does not say
 * @param hasIndex   false for an mp4 or mov without a moov box, which no one can read
 */
record ContainerHeader(long claimedEnd, boolean hasIndex) {

    private static final int SEGMENT = 0x18538067;
    private static final int DEEPEST_BOX = 8;

    private static final Set<Integer> REFUSED = Set.of(
            Container.fourLetters("senc"),
            Container.fourLetters("saiz"),
            Container.fourLetters("saio"),
            Container.fourLetters("cmov"));

    private static final int SCANNED = 64 << 10;

    static ContainerHeader read(FileInput input, Container container, String file, long maxFrames) throws IOException {
        return switch (container) {
            case MOV -> new Boxes(input, file, maxFrames).read();
            case MATROSKA -> new ContainerHeader(segmentEnd(input), true);
            case AVI ->
                new ContainerHeader(
                        8
                                + Integer.toUnsignedLong(input.bytes(4, 4)
                                        .order(ByteOrder.LITTLE_ENDIAN)
                                        .getInt()),
                        true);
        };
    }

    private static long segmentEnd(FileInput input) throws IOException {
        long headerSize = elementSize(input, 4);
        long segment = 4 + sizeLength(input, 4) + headerSize;
        if (headerSize < 0
                || segment + 12 > input.size()
                || input.bytes(segment, 4).getInt() != SEGMENT) {
            return 0;
        }
        long size = elementSize(input, segment + 4);
        return size < 0 ? 0 : segment + 4 + sizeLength(input, segment + 4) + size;
    }

    private static int sizeLength(FileInput input, long at) throws IOException {
        int first = input.bytes(at, 1).get() & 0xff;
        return first == 0 ? 1 : Integer.numberOfLeadingZeros(first) - 23;
    }

    /** -1 where the size is unknown. */
    private static long elementSize(FileInput input, long at) throws IOException {
        int length = sizeLength(input, at);
        ByteBuffer coded = input.bytes(at, length);
        long size = coded.get() & (0xff >>> length);
        boolean allSet = size == (0xff >>> length);
        while (coded.hasRemaining()) {
            int next = coded.get() & 0xff;
            allSet &= next == 0xff;
            size = size << 8 | next;
        }
        return allSet ? -1 : size;
    }

    /** Walks the boxes down to the sample tables. */
    private static final class Boxes {
        private final FileInput input;
        private final String file;
        private final long maxFrames;
        private final long fileSize;
        private boolean hasIndex;

        Boxes(FileInput input, String file, long maxFrames) throws IOException {
            this.input = input;
            this.file = file;
            this.maxFrames = maxFrames;
            this.fileSize = input.size();
        }

        ContainerHeader read() throws IOException {
            long end = walk(0, fileSize, 0);
            if (end < fileSize) {
                refuseEncryption(end, fileSize);
            }
            return new ContainerHeader(end, hasIndex);
        }

        /** Returns where the last box ends by its own word. */
        private long walk(long from, long to, int depth) throws IOException {
            long at = from;
            while (at + 8 <= to) {
                ByteBuffer head = input.bytes(at, 16);
                long size = Integer.toUnsignedLong(head.getInt());
                int type = head.getInt();
                long payload = at + 8;
                if (size == 1) {
                    size = head.getLong();
                    payload += 8;
                } else if (size == 0) {
                    size = to - at;
                }
                if (size < payload - at || size > Long.MAX_VALUE - at) {
                    // Not a box: at the top it may be rubbish behind the last one, which FFmpeg passes over as well.
                    return at;
                }
                inspect(type, payload, Math.min(at + size, to), depth);
                at += size;
            }
            return at;
        }

        private void inspect(int type, long payload, long end, int depth) throws IOException {
            if (type == Container.fourLetters("moov") && depth == 0) {
                hasIndex = true;
            }
            if (type != Container.fourLetters("mdat") && depth == 0) {
                refuseEncryption(payload, end);
            }
            boolean holdsTables = type == Container.fourLetters("moov")
                    || type == Container.fourLetters("trak")
                    || type == Container.fourLetters("mdia")
                    || type == Container.fourLetters("minf")
                    || type == Container.fourLetters("stbl");
            if (holdsTables && depth < DEEPEST_BOX) {
                walk(payload, end, depth + 1);
            } else if (type == Container.fourLetters("mdhd")) {
                ByteBuffer clock = input.bytes(payload, 24);
                if (clock.getInt(clock.get(0) == 1 ? 20 : 12) == 0) {
                    throw new DataException(Kind.CORRUPT, file, "its clock has 0 ticks a second");
                }
            } else if (type == Container.fourLetters("stsz")) {
                ByteBuffer sizes = input.bytes(payload, 12);
                long sizeOfAll = Integer.toUnsignedLong(sizes.getInt(4));
                checkSamples(Integer.toUnsignedLong(sizes.getInt(8)), sizeOfAll);
            } else if (type == Container.fourLetters("stz2")) {
                checkSamples(Integer.toUnsignedLong(input.bytes(payload, 12).getInt(8)), 0);
            }
        }

        /**
         * Refuses the boxes of Common Encryption (ISO/IEC 23001-7), whose reading in FFmpeg before 8.1 writes out of bounds
         * (CVE-2026-40962), and compressed indexes, which could hold them. They are looked for in all bytes but those of the
         * images, since FFmpeg descends into more boxes than are known here.
         */
        private void refuseEncryption(long from, long to) throws IOException {
            for (long at = from; at + 8 <= to; at += SCANNED - 7) {
                ByteBuffer piece = input.bytes(at, (int) Math.min(SCANNED, to - at));
                for (int i = 0; i + 8 <= piece.limit(); i++) {
                    int type = piece.getInt(i + 4);
                    long size = Integer.toUnsignedLong(piece.getInt(i));
                    if (REFUSED.contains(type) && size <= to - at - i) {
                        throw new DataException(
                                Kind.UNSUPPORTED,
                                file,
                                "encrypted or compressed inside: a box " + letters(type) + " at byte " + (at + i));
                    }
                }
            }
        }

        private static String letters(int type) {
            return new String(ByteBuffer.allocate(4).putInt(type).array(), StandardCharsets.US_ASCII);
        }

        private void checkSamples(long count, long sizeOfAll) throws DataException {
            // Sound has samples of one or two bytes: there the bytes limit the count, which is what protects memory.
            if (count > maxFrames && (sizeOfAll == 0 || sizeOfAll > 64 || count * sizeOfAll > fileSize)) {
                throw new DataException(
                        Kind.TOO_LARGE,
                        file,
                        "the header claims " + count + " frames, more than the limit of " + maxFrames);
            }
        }
    }
}
