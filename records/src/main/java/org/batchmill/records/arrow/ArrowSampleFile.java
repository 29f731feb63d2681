package org.batchmill.records.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.PartStarts;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/**
 * The samples of one Arrow IPC file, in any order. Each record batch is mapped when the file is opened, and pictures are views of
 * the mapping; they stay valid as long as they are held. Safe for use by many threads until it is closed.
 */
public final class ArrowSampleFile implements SampleSource.Indexed {

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int CONTINUATION = -1;
    private static final int TAIL_BYTES = Integer.BYTES + MAGIC.length;

    private final String name;
    private final BufferAllocator allocator = new RootAllocator();
    private final List<VectorSchemaRoot> roots = new ArrayList<>();
    private final List<SampleRows> batches = new ArrayList<>();
    private final PartStarts starts = new PartStarts();
    private List<String> classes = List.of();

    private ArrowSampleFile(String name) {
        this.name = name;
    }

    /** Whether the first bytes are those of an Arrow file; position and limit are left alone. */
    public static boolean isArrow(ByteBuffer head) {
        return head.remaining() >= MAGIC.length
                && head.slice().limit(MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /**
     * Opens a file.
     *
     * @throws DataException if it is not there, cut off or damaged, compressed, or has other columns
     */
    public static ArrowSampleFile open(Path path) throws IOException {
        ArrowSampleFile file = new ArrowSampleFile(path.toString());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            file.load(channel);
            return file;
        } catch (NoSuchFileException e) {
            file.close();
            throw new DataException(Kind.MISSING, path.toString(), "there is no such file", e);
        } catch (IOException e) {
            file.close();
            throw e;
        } catch (RuntimeException e) {
            file.close();
            throw file.damaged(e);
        }
    }

    private void load(FileChannel channel) throws IOException {
        ArrowFooter footer = readFooter(channel);
        SampleSchema.check(footer.getSchema(), name);
        classes = SampleSchema.classes(footer.getSchema(), name);
        for (ArrowBlock block : footer.getRecordBatches()) {
            add(channel, block, footer.getSchema());
        }
    }

    private ArrowFooter readFooter(FileChannel channel) throws IOException {
        long length = channel.size();
        if (length < MAGIC.length + TAIL_BYTES || !isArrow(map(channel, 0, MAGIC.length))) {
            throw new DataException(
                    length == 0 ? Kind.TRUNCATED : Kind.UNSUPPORTED, name, "the file is not an Arrow IPC file");
        }
        ByteBuffer tail = map(channel, length - TAIL_BYTES, TAIL_BYTES);
        int footerBytes = tail.getInt();
        if (!isArrow(tail) || footerBytes <= 0 || footerBytes > length - TAIL_BYTES - MAGIC.length) {
            throw new DataException(Kind.TRUNCATED, name, "the footer of the Arrow file is not there");
        }
        ByteBuffer footer = map(channel, length - TAIL_BYTES - footerBytes, footerBytes);
        return new ArrowFooter(Footer.getRootAsFooter(footer));
    }

    private static MappedByteBuffer map(FileChannel channel, long offset, long length) throws IOException {
        MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
        mapped.order(ByteOrder.LITTLE_ENDIAN);
        return mapped;
    }

    private void add(FileChannel channel, ArrowBlock block, Schema schema) throws IOException {
        long length = block.getMetadataLength() + block.getBodyLength();
        if (block.getOffset() < 0 || length <= 0 || block.getOffset() > channel.size() - length) {
            throw new DataException(Kind.TRUNCATED, name, "record batch " + batches.size() + " is not within the file");
        }
        if (length > Integer.MAX_VALUE) {
            throw new DataException(Kind.TOO_LARGE, name, "record batch " + batches.size() + " is above 2 GiB");
        }
        MappedByteBuffer mapped = map(channel, block.getOffset(), length);
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        roots.add(root);
        long address = MemoryUtil.getByteBufferAddress(mapped);
        ByteBuffer metadata = metadata(mapped, block.getMetadataLength());
        RecordBatch header = (RecordBatch) Message.getRootAsMessage(metadata).header(new RecordBatch());
        ArrowBuf whole = allocator.wrapForeignAllocation(new Mapping(length, address));
        try (ArrowRecordBatch batch = deserialize(header, whole, block)) {
            new VectorLoader(root).load(batch);
        }
        starts.add(root.getRowCount());
        batches.add(new SampleRows(
                root,
                (buffer, offset, bytes) -> mapped.slice((int) (buffer.memoryAddress() + offset - address), bytes)));
    }

    /** The batch takes over the reference to the buffer; a damaged message does not. */
    private static ArrowRecordBatch deserialize(RecordBatch header, ArrowBuf whole, ArrowBlock block)
            throws IOException {
        try {
            return MessageSerializer.deserializeRecordBatch(
                    header, whole.slice(block.getMetadataLength(), block.getBodyLength()));
        } catch (IOException | RuntimeException e) {
            whole.close();
            throw e;
        }
    }

    /** The message behind its length, before which newer writers put four bytes of ones. */
    private static ByteBuffer metadata(ByteBuffer mapped, int length) {
        int prefix = mapped.getInt(0) == CONTINUATION ? 2 * Integer.BYTES : Integer.BYTES;
        return mapped.slice(prefix, length - prefix).order(ByteOrder.LITTLE_ENDIAN);
    }

    private DataException damaged(Exception cause) {
        return new DataException(Kind.CORRUPT, name, "the Arrow file cannot be read: " + cause.getMessage(), cause);
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public long size() {
        return starts.size();
    }

    @Override
    public Sample read(long index) throws DataException {
        int batch = starts.partOf(index);
        return batches.get(batch).read((int) (index - starts.start(batch)), place(index));
    }

    /** What else the record of a sample said, as a tf.train.Example; empty if nothing. */
    public Optional<ByteBuffer> other(long index) throws DataException {
        int batch = starts.partOf(index);
        return batches.get(batch).other((int) (index - starts.start(batch)), place(index));
    }

    private String place(long index) {
        return name + ": row " + index;
    }

    @Override
    public void close() {
        roots.forEach(VectorSchemaRoot::close);
        allocator.close();
    }

    /** Memory of a mapped file in Arrow's accounts. The mapping itself is held by the rows of its batch, and freed with them. */
    private static final class Mapping extends ForeignAllocation {

        Mapping(long size, long address) {
            super(size, address);
        }

        @Override
        protected void release0() {}
    }
}
