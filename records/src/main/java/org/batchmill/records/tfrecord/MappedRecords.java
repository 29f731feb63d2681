package org.batchmill.records.tfrecord;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.batchmill.records.DataException.Kind;

/**
 * The records of one plain TFRecord file in any order, mapped into memory. Safe for use by many threads. The views stay valid as
 * long as they are held; the file must not be changed meanwhile.
 */
public final class MappedRecords {

    private final String name;
    private final MappedFile file;
    private final RecordIndex index;

    private MappedRecords(String name, MappedFile file, RecordIndex index) {
        this.name = name;
        this.file = file;
        this.index = index;
    }

    /**
     * Opens a file and its index.
     *
     * @throws org.batchmill.records.DataException if the framing is damaged and the policy does not skip it
     */
    public static MappedRecords open(Path path, ReadOptions options) throws IOException {
        return open(path, path.toString(), options);
    }

    /** As {@link #open(Path, ReadOptions)}; {@code name} is what errors call the file. */
    public static MappedRecords open(Path path, String name, ReadOptions options) throws IOException {
        return new MappedRecords(name, MappedFile.open(path), RecordIndex.of(path, options));
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
     * A read-only view of the data of record {@code i}.
     *
     * @throws DamagedRecordException if a checksum does not hold or the header is not the one that the index promises
     */
    public ByteBuffer read(int i) throws DamagedRecordException {
        long offset = index.offset(i);
        int length = index.length(i);
        ByteBuffer frame = file.view(offset, Frame.OVERHEAD_BYTES + length);
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
}
