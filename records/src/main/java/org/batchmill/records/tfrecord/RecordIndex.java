package org.batchmill.records.tfrecord;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.batchmill.records.PositionedFile;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;

/**
 * Where each record of a plain TFRecord file begins and how long it is. Kept beside the file under its name with {@code .idx}
 * appended, little-endian:
 *
 * <pre>
 *    0  magic "BMILLIDX"
 *    8  version, u32, 1
 *   12  tie, u32: CRC-32C of the frames (12 bytes of header, 4 of footer) of up to 256 records spread evenly over the file
 *   16  size of the record file, u64
 *   24  count of records, u64
 *   32  per record: offset u64, length u64
 *   ..  CRC-32C of everything before, u32
 * </pre>
 *
 * An index whose tie or size does not fit its file is stale and is made again; so is one that is damaged or of another version.
 * The tie is cheap and does not prove every offset, so readers check the header at the offset as well. Immutable.
 */
public final class RecordIndex {

    private static final byte[] MAGIC = "BMILLIDX".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEAD_BYTES = 32;
    private static final int ENTRY_BYTES = 16;
    private static final int TIE_RECORDS = 256;
    private static final int CHUNK_ENTRIES = 1 << 14;

    /** A walk through a file that lies far away. */
    private static final int AHEAD_BYTES = 4 << 20;

    private final long fileSize;
    private final int tie;
    private final long[] offsets;
    private final int[] lengths;

    private RecordIndex(long fileSize, int tie, long[] offsets, int[] lengths) {
        this.fileSize = fileSize;
        this.tie = tie;
        this.offsets = offsets;
        this.lengths = lengths;
    }

    /** The index file that belongs to a record file. */
    public static Path pathFor(Path file) {
        return file.resolveSibling(file.getFileName() + ".idx");
    }

    /**
     * The index of a plain record file: read if it is there and fits, else made by walking from header to header. A stale index
     * is replaced, if its folder can be written. None is left beside a file that had none: that is its writer's business. Nor is
     * one kept for a damaged file, whose damage is to be heard of each time.
     *
     * @throws org.batchmill.records.DataException if the framing is damaged and the policy does not skip it
     */
    public static RecordIndex of(Path file, ReadOptions options) throws IOException {
        try (PositionedFile records = PositionedFile.open(file)) {
            return of(file, records, options);
        }
    }

    /** As {@link #of(Path, ReadOptions)}, of a file that is open already. */
    static RecordIndex of(Path file, PositionedFile records, ReadOptions options) throws IOException {
        Path path = pathFor(file);
        Optional<RecordIndex> kept = read(path, records, options.maxRecordBytes());
        if (kept.isPresent()) {
            return kept.get();
        }
        RecordIndex walked = walk(records, options.maxRecordBytes());
        if (walked == null) {
            return scan(file, records, options);
        }
        if (Files.isRegularFile(path) && Files.isWritable(path.toAbsolutePath().getParent())) {
            walked.write(path);
        }
        return walked;
    }

    /** From header to header; null if one of them is damaged. */
    private static RecordIndex walk(PositionedFile file, int maxRecordBytes) throws IOException {
        Builder builder = new Builder();
        long at = 0;
        ByteBuffer header = file.read(0, (int) Math.min(file.size(), Frame.HEADER_BYTES));
        while (at < file.size()) {
            if (file.size() - at < Frame.OVERHEAD_BYTES) {
                return null;
            }
            long length = header.getLong(0);
            if (!Frame.isHeader(header, 0) || length < 0 || length > maxRecordBytes) {
                return null;
            }
            long end = at + Frame.OVERHEAD_BYTES + length;
            if (end > file.size()) {
                return null;
            }
            // The footer and the header behind it stand side by side: one read for both.
            long footer = end - Frame.FOOTER_BYTES;
            file.soon(footer, AHEAD_BYTES);
            ByteBuffer both = file.read(footer, (int) Math.min(file.size() - footer, Frame.OVERHEAD_BYTES));
            builder.add(at, (int) length, both.getInt(0));
            header = both.slice(Frame.FOOTER_BYTES, both.limit() - Frame.FOOTER_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN);
            at = end;
        }
        return builder.build(at);
    }

    /** Reads everything, so that the policy decides about each damaged place. */
    private static RecordIndex scan(Path file, PositionedFile records, ReadOptions options) throws IOException {
        Builder builder = new Builder();
        try (TfRecordReader reader = TfRecordReader.open(file, options.withCompression(Compression.NONE))) {
            for (ByteBuffer data = reader.next(); data != null; data = reader.next()) {
                builder.add(reader.offset(), data.remaining(), 0);
            }
        }
        return builder.build(records.size());
    }

    private static Optional<RecordIndex> read(Path path, PositionedFile file, int maxRecordBytes) throws IOException {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try (PositionedFile kept = PositionedFile.open(path)) {
            long count = (kept.size() - HEAD_BYTES - Integer.BYTES) / ENTRY_BYTES;
            // Memory is taken for as many entries as the record file can hold, however long the index is.
            if (kept.size() < HEAD_BYTES + Integer.BYTES
                    || kept.size() != HEAD_BYTES + count * ENTRY_BYTES + Integer.BYTES
                    || count > file.size() / Frame.OVERHEAD_BYTES
                    || count > Integer.MAX_VALUE - Long.BYTES) {
                return Optional.empty();
            }
            ByteBuffer head = kept.read(0, HEAD_BYTES);
            byte[] magic = new byte[MAGIC.length];
            head.get(magic);
            if (!Arrays.equals(magic, MAGIC)
                    || head.getInt(8) != VERSION
                    || head.getLong(16) != file.size()
                    || head.getLong(24) != count) {
                return Optional.empty();
            }
            return readEntries(path, kept, head, (int) count, file, maxRecordBytes);
        }
    }

    private static Optional<RecordIndex> readEntries(
            Path path, PositionedFile kept, ByteBuffer head, int count, PositionedFile file, int maxRecordBytes)
            throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(head.rewind());
        Builder builder = new Builder();
        long at = HEAD_BYTES;
        for (int done = 0; done < count; ) {
            int some = Math.min(count - done, CHUNK_ENTRIES);
            ByteBuffer entries = kept.read(at, some * ENTRY_BYTES);
            crc.update(entries.duplicate());
            for (int i = 0; i < some; i++) {
                long offset = entries.getLong(i * ENTRY_BYTES);
                long length = entries.getLong(i * ENTRY_BYTES + Long.BYTES);
                if (length < 0
                        || length > maxRecordBytes
                        || offset < 0
                        || offset > file.size() - Frame.OVERHEAD_BYTES - length) {
                    return Optional.empty();
                }
                builder.add(offset, (int) length, 0);
            }
            done += some;
            at += (long) some * ENTRY_BYTES;
        }
        if (kept.read(at, Integer.BYTES).getInt() != (int) crc.getValue()) {
            return Optional.empty();
        }
        RecordIndex index = builder.build(file.size());
        // The tie costs a store hundreds of requests; there the header that each read checks tells as well.
        int tie = Storage.isLocal(path) ? index.tieTo(file) : head.getInt(12);
        boolean fits = tie == head.getInt(12);
        return fits ? Optional.of(new RecordIndex(file.size(), tie, index.offsets, index.lengths)) : Optional.empty();
    }

    private int tieTo(PositionedFile file) throws IOException {
        CRC32C crc = new CRC32C();
        for (int i = 0; i < Math.min(size(), TIE_RECORDS); i++) {
            int record = tied(i, size());
            crc.update(file.read(offsets[record], Frame.HEADER_BYTES));
            crc.update(file.read(offsets[record] + Frame.HEADER_BYTES + lengths[record], Frame.FOOTER_BYTES));
        }
        return (int) crc.getValue();
    }

    /** The {@code i}-th of the records that the tie covers, the first and the last among them. */
    private static int tied(int i, int count) {
        return count <= TIE_RECORDS ? i : (int) ((long) i * (count - 1) / (TIE_RECORDS - 1));
    }

    /** Writes the index, atomically. */
    void write(Path path) throws IOException {
        CRC32C crc = new CRC32C();
        try (PendingFile file = Storage.of(path).create(path)) {
            ByteBuffer buffer = ByteBuffer.allocate(1024 * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            buffer.put(MAGIC).putInt(VERSION).putInt(tie).putLong(fileSize).putLong(size());
            for (int i = 0; i < size(); i++) {
                if (buffer.remaining() < ENTRY_BYTES) {
                    drain(buffer, crc, file);
                }
                buffer.putLong(offsets[i]).putLong(lengths[i]);
            }
            drain(buffer, crc, file);
            buffer.putInt((int) crc.getValue()).flip();
            file.write(buffer);
            file.commit();
        }
    }

    private static void drain(ByteBuffer buffer, CRC32C crc, PendingFile file) throws IOException {
        buffer.flip();
        crc.update(buffer.duplicate());
        file.write(buffer);
        buffer.clear();
    }

    /** How many records there are. */
    public int size() {
        return offsets.length;
    }

    /** Where the header of record {@code i} begins. */
    public long offset(int i) {
        return offsets[i];
    }

    /** How many bytes of data record {@code i} has. */
    public int length(int i) {
        return lengths[i];
    }

    /** Collects the places of records in order. */
    static final class Builder {

        private long[] offsets = new long[1024];
        private int[] lengths = new int[1024];
        private int[] checksums = new int[1024];
        private int count;

        /**
         * @param checksum the footer, for the tie; 0 where the tie is not needed
         */
        void add(long offset, int length, int checksum) {
            if (count == offsets.length) {
                int grown = count + (count >> 1);
                offsets = Arrays.copyOf(offsets, grown);
                lengths = Arrays.copyOf(lengths, grown);
                checksums = Arrays.copyOf(checksums, grown);
            }
            offsets[count] = offset;
            lengths[count] = length;
            checksums[count++] = checksum;
        }

        RecordIndex build(long fileSize) {
            CRC32C crc = new CRC32C();
            ByteBuffer frame = ByteBuffer.allocate(Frame.OVERHEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < Math.min(count, TIE_RECORDS); i++) {
                int record = tied(i, count);
                Frame.putHeader(frame.clear(), lengths[record]);
                crc.update(frame.putInt(checksums[record]).flip());
            }
            return new RecordIndex(
                    fileSize, (int) crc.getValue(), Arrays.copyOf(offsets, count), Arrays.copyOf(lengths, count));
        }
    }
}
