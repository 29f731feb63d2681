package org.batchmill.records.tfrecord;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.PositionedFile;

/**
 * The records of one plain TFRecord file in any order. Each is read into memory of its own, which stays valid as long as it is held.
 * Safe for use by many threads until it is closed.
 */
public final class IndexedRecords implements Closeable {

    private final String name;
    private final PositionedFile file;
    private final RecordIndex index;

    private IndexedRecords(String name, PositionedFile file, RecordIndex index) {
        this.name = name;
        this.file = file;
        this.index = index;
    }

    /**
     * Opens a file and its index.
     *
     * @throws org.batchmill.records.DataException if the framing is damaged and the policy does not skip it
     */
    public static IndexedRecords open(Path path, ReadOptions options) throws IOException {
        return open(path, path.toString(), options);
    }

    /** As {@link #open(Path, ReadOptions)}; {@code name} is what errors call the file. */
    public static IndexedRecords open(Path path, String name, ReadOptions options) throws IOException {
        PositionedFile file = PositionedFile.open(path);
        try {
            return new IndexedRecords(name, file, RecordIndex.of(path, file, options));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** How many records there are. */
    public int size() {
        return index.size();
    }

    /** Where the records stand. */
    public RecordIndex index() {
        return index;
    }

    /**
     * The data of record {@code i}, read-only.
     *
     * @throws DamagedRecordException if a checksum does not hold or the header is not the one that the index promises
     * @throws org.batchmill.records.DataException if the file was cut, replaced or taken away since it was opened
     */
    public ByteBuffer read(int i) throws IOException {
        long offset = index.offset(i);
        int length = index.length(i);
        ByteBuffer frame = file.read(offset, Frame.OVERHEAD_BYTES + length);
        if (!Frame.isHeader(frame, 0) || frame.getLong(0) != length) {
            throw damaged(i, "the header is not the one in the index");
        }
        if (!Frame.isDataIntact(frame, 0, length)) {
            throw damaged(i, "the checksum of the data does not hold");
        }
        return frame.slice(Frame.HEADER_BYTES, length).asReadOnlyBuffer();
    }

    private DamagedRecordException damaged(int i, String reason) {
        long offset = index.offset(i);
        long end = offset + Frame.OVERHEAD_BYTES + index.length(i);
        return new DamagedRecordException(Kind.CORRUPT, name, i, offset, end, reason);
    }

    /** Hears that record {@code i} will be read soon. */
    public void soon(int i) {
        file.soon(index.offset(i), Frame.OVERHEAD_BYTES + index.length(i));
    }

    /** Closes the file. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
