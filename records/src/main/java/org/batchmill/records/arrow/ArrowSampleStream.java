package org.batchmill.records.arrow;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Schema;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/**
 * The samples of an Arrow IPC stream, in its order, from a channel that it owns and closes. Every message is checked whole before a
 * row of it is read; memory is taken only as bytes arrive. Images are copied out of the stream's batches. The position is the
 * number of samples read; {@link #seek} can only go forward. Used by one thread at a time.
 */
public final class ArrowSampleStream implements SampleSource.Stream {

    private static final int CONTINUATION = -1;

    private final String name;
    private final InputStream in;
    private final FieldLayout.Columns columns;
    private final List<String> classes;
    private SampleRows rows;
    private int row;
    private long read;
    private boolean ended;

    /** Of the last message. */
    private int metadataBytes;

    /**
     * Reads the head of the stream.
     *
     * @param name what errors call it
     * @throws DataException if it is no such stream or has other columns
     */
    public ArrowSampleStream(ReadableByteChannel channel, String name) throws IOException {
        this.name = name;
        this.in = Channels.newInputStream(channel);
        try {
            this.columns = readSchema();
            SampleSchema.check(columns.fields(), name);
            this.classes = SampleSchema.classes(columns.classes(), name);
        } catch (IOException e) {
            close();
            throw e;
        } catch (RuntimeException e) {
            close();
            throw ArrowSampleFile.pointsOutside(name, e);
        }
    }

    private FieldLayout.Columns readSchema() throws IOException {
        Message message = readMessage();
        if (message == null) {
            throw new DataException(Kind.TRUNCATED, name, "the Arrow stream has no schema");
        }
        if (message.headerType() != MessageHeader.Schema || message.bodyLength() != 0) {
            throw new DataException(Kind.CORRUPT, name, "the Arrow stream does not begin with a schema");
        }
        return FieldLayout.read((Schema) message.header(new Schema()), metadataBytes, SampleSchema.CLASSES_KEY, name);
    }

    /** The metadata of the next message; null at the end, which is marked or is that of the channel. */
    private Message readMessage() throws IOException {
        byte[] prefix = in.readNBytes(Integer.BYTES);
        if (prefix.length == 0) {
            return null;
        }
        int length = littleEndian(prefix);
        if (length == CONTINUATION) {
            length = littleEndian(in.readNBytes(Integer.BYTES));
        }
        if (length == 0) {
            return null;
        }
        if (length < 0 || length > BatchLayout.MOST_METADATA_BYTES) {
            throw new DataException(
                    Kind.TOO_LARGE,
                    where(),
                    "the metadata of the Arrow message claims " + Integer.toUnsignedString(length) + " bytes");
        }
        metadataBytes = length;
        Message message = Message.getRootAsMessage(readFully(length));
        BatchLayout.checkVersion(message.version(), where());
        return message;
    }

    private int littleEndian(byte[] bytes) throws DataException {
        if (bytes.length < Integer.BYTES) {
            throw truncated();
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private ByteBuffer readFully(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw truncated();
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private DataException truncated() {
        return new DataException(Kind.TRUNCATED, where(), "the Arrow stream ends inside a message");
    }

    private String where() {
        return name + ": behind row " + read;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public Sample next() throws IOException {
        while (rows == null || row == rows.count()) {
            row = 0;
            rows = ended ? null : loadBatch();
            if (rows == null) {
                ended = true;
                return null;
            }
        }
        read++;
        return rows.read(row++, name + ": row " + (read - 1));
    }

    /** Null at the end. Dictionaries are of columns that samples have no use for. */
    private SampleRows loadBatch() throws IOException {
        try {
            Message message = readMessage();
            while (message != null && message.headerType() == MessageHeader.DictionaryBatch) {
                in.skipNBytes(bodyBytes(message));
                message = readMessage();
            }
            if (message == null) {
                return null;
            }
            int bodyBytes = bodyBytes(message);
            BatchLayout layout = BatchLayout.read(message, metadataBytes, bodyBytes, columns, where());
            byte[] body = readFully(bodyBytes).array();
            return new SampleRows(columns.fields(), layout, (at, length) -> copy(body, at, length), where());
        } catch (RuntimeException e) {
            throw ArrowSampleFile.pointsOutside(where(), e);
        }
    }

    private int bodyBytes(Message message) throws DataException {
        if (message.bodyLength() < 0 || message.bodyLength() > Integer.MAX_VALUE - Long.BYTES) {
            throw new DataException(
                    Kind.TOO_LARGE, where(), "the Arrow message claims a body of " + message.bodyLength() + " bytes");
        }
        return (int) message.bodyLength();
    }

    private static ByteBuffer copy(byte[] body, long at, int length) {
        return ByteBuffer.wrap(Arrays.copyOfRange(body, (int) at, (int) at + length))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String position() {
        return Long.toString(read);
    }

    @Override
    public void seek(String position) throws IOException {
        long wanted = Long.parseLong(position);
        if (wanted < read) {
            throw new UsageException(name + ": an Arrow stream cannot go back from row " + read + " to " + wanted);
        }
        Sample passed = null;
        do {
            passed = read < wanted ? next() : null;
        } while (passed != null);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
