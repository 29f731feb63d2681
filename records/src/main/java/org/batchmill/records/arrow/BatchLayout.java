package org.batchmill.records.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * Where the buffers of one record batch stand in its body. What was read holds: as many nodes and buffers as the schema asks for, no
 * negative number, every buffer within the body and none over another. What stands in the buffers is checked by {@link Column}.
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record BatchLayout(int rows, int[] lengths, int[] nulls, long[] offsets, long[] sizes) {

    /** Metadata above this is refused before it is read: schemas and batches of samples take some kilobytes. */
    static final int MOST_METADATA_BYTES = 16 << 20;

    private static final int CONTINUATION = -1;
    private static final int NODE_BYTES = 16;

    /**
     * The flatbuffer behind its length, before which newer writers put four bytes of ones.
     *
     * @param whole prefix, flatbuffer and padding
     */
    static ByteBuffer behindPrefix(ByteBuffer whole, String where) throws DataException {
        ByteBuffer bytes = whole.slice().order(ByteOrder.LITTLE_ENDIAN);
        int prefix = bytes.remaining() >= 2 * Integer.BYTES && bytes.getInt(0) == CONTINUATION
                ? 2 * Integer.BYTES
                : Integer.BYTES;
        int length = bytes.remaining() < prefix ? -1 : bytes.getInt(prefix - Integer.BYTES);
        if (length < 0 || length > bytes.remaining() - prefix) {
            throw new DataException(
                    Kind.CORRUPT, where, "the metadata of the Arrow message claims " + length + " bytes");
        }
        return bytes.slice(prefix, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @throws DataException if the message is not of a version that is read here */
    static void checkVersion(short version, String where) throws DataException {
        if (version != MetadataVersion.V4 && version != MetadataVersion.V5) {
            throw new DataException(Kind.UNSUPPORTED, where, "the Arrow metadata is of version number " + version);
        }
    }

    /**
     * Reads a message that must be a record batch.
     *
     * @param bodyBytes how many bytes its body has
     * @throws DataException    if it does not hold together
     * @throws RuntimeException if it points out of its metadata; the caller says where that stands
     */
    static BatchLayout read(Message message, int bytes, long bodyBytes, FieldLayout.Columns columns, String where)
            throws DataException {
        if (message.headerType() != MessageHeader.RecordBatch || message.bodyLength() != bodyBytes) {
            throw new DataException(
                    Kind.CORRUPT,
                    where,
                    "an Arrow message of type " + message.headerType() + " with " + message.bodyLength()
                            + " bytes stands where a record batch of " + bodyBytes + " bytes must");
        }
        RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
        if (batch.compression() != null) {
            throw new DataException(Kind.UNSUPPORTED, where, "the Arrow buffers are compressed");
        }
        if (batch.nodesLength() != columns.nodes()
                || batch.buffersLength() != columns.buffers()
                || (long) NODE_BYTES * (columns.nodes() + columns.buffers()) > bytes) {
            throw new DataException(
                    Kind.CORRUPT,
                    where,
                    "the record batch has " + batch.nodesLength() + " nodes and " + batch.buffersLength()
                            + " buffers, the schema asks for " + columns.nodes() + " and " + columns.buffers());
        }
        int rows = count(batch.length(), "rows", where);
        int[] lengths = new int[columns.nodes()];
        int[] nulls = new int[columns.nodes()];
        for (int i = 0; i < lengths.length; i++) {
            FieldNode node = batch.nodes(i);
            lengths[i] = count(node.length(), "values in node " + i, where);
            nulls[i] = count(node.nullCount(), "nulls in node " + i, where);
            if (nulls[i] > lengths[i]) {
                throw new DataException(
                        Kind.CORRUPT, where, nulls[i] + " of the " + lengths[i] + " values in node " + i + " are null");
            }
        }
        for (FieldLayout field : columns.fields()) {
            if (lengths[field.node()] != rows) {
                throw new DataException(
                        Kind.CORRUPT,
                        where,
                        "column " + field.name() + " has " + lengths[field.node()] + " values for " + rows + " rows");
            }
        }
        return withBuffers(batch, rows, lengths, nulls, bodyBytes, where);
    }

    private static BatchLayout withBuffers(
            RecordBatch batch, int rows, int[] lengths, int[] nulls, long bodyBytes, String where)
            throws DataException {
        long[] offsets = new long[batch.buffersLength()];
        long[] sizes = new long[offsets.length];
        long end = 0;
        for (int i = 0; i < offsets.length; i++) {
            Buffer buffer = batch.buffers(i);
            offsets[i] = buffer.offset();
            sizes[i] = buffer.length();
            if (sizes[i] == 0) {
                continue; // wherever it stands, nothing is read there
            }
            // Writers put the buffers one behind another; so one that begins before the end of the last lies over it.
            if (offsets[i] < end || sizes[i] < 0 || offsets[i] > bodyBytes - sizes[i]) {
                throw new DataException(
                        Kind.CORRUPT,
                        where,
                        "buffer " + i + " of the record batch, " + sizes[i] + " bytes at " + offsets[i]
                                + ", lies over another or not within the body of " + bodyBytes + " bytes");
            }
            end = offsets[i] + sizes[i];
        }
        return new BatchLayout(rows, lengths, nulls, offsets, sizes);
    }

    private static int count(long value, String what, String where) throws DataException {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new DataException(Kind.CORRUPT, where, "the record batch claims " + value + " " + what);
        }
        return (int) value;
    }
}
