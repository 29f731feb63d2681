package org.batchmill.records.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/**
 * The samples of an Arrow IPC stream, in its order, from a channel that it owns and closes. Pictures are copied out of the
 * stream's batches. The position is the number of samples read; {@link #seek} can only go forward. Used by one thread at a time.
 */
public final class ArrowSampleStream implements SampleSource.Stream {

    private final String name;
    private final BufferAllocator allocator = new RootAllocator();
    private final ArrowStreamReader reader;
    private final SampleRows rows;
    private final List<String> classes;
    private int row;
    private long read;

    /**
     * Reads the head of the stream.
     *
     * @param name what errors call it
     * @throws DataException if it is no such stream or has other columns
     */
    public ArrowSampleStream(ReadableByteChannel channel, String name) throws IOException {
        this.name = name;
        this.reader = new ArrowStreamReader(channel, allocator);
        try {
            SampleSchema.check(reader.getVectorSchemaRoot().getSchema(), name);
            this.classes = SampleSchema.classes(reader.getVectorSchemaRoot().getSchema(), name);
            this.rows = new SampleRows(reader.getVectorSchemaRoot(), ArrowSampleStream::copy);
        } catch (IOException | RuntimeException e) {
            close();
            throw damaged(e);
        }
    }

    private static ByteBuffer copy(ArrowBuf buffer, long offset, int length) {
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public Sample next() throws IOException {
        while (row == rows.count()) {
            row = 0;
            if (!loadBatch()) {
                return null;
            }
        }
        read++;
        return rows.read(row++, name + ": row " + (read - 1));
    }

    private boolean loadBatch() throws IOException {
        try {
            return reader.loadNextBatch();
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    private DataException damaged(Exception e) {
        if (e instanceof DataException known) {
            return known;
        }
        return new DataException(
                Kind.CORRUPT, name + ": behind row " + read, "the Arrow stream cannot be read: " + e.getMessage(), e);
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
        reader.close();
        allocator.close();
    }
}
