package org.batchmill.records.tfrecord;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;

/**
 * Writes TFRecord streams. The same records give the same bytes.
 *
 * <p>A file gets its name, and its index, in {@link #finish()}; closed without it, nothing is left. A channel is written as the
 * records come and {@link #flush()} asks. Used by one thread at a time.
 */
public final class TfRecordWriter implements Closeable {

    private static final int BUFFER_BYTES = 128 << 10;

    private final Path target;
    private final PendingFile file;
    private final WritableByteChannel channel;
    private final OutputStream deflater;
    private final RecordIndex.Builder index;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long offset;
    private long count;
    private boolean finished;

    private TfRecordWriter(Path target, PendingFile file, WritableByteChannel plain, WriteOptions options)
            throws IOException {
        this.target = target;
        this.file = file;
        this.deflater = deflater(plain, options.compression());
        this.channel = deflater == null ? plain : Channels.newChannel(deflater);
        this.index = options.index() ? new RecordIndex.Builder() : null;
    }

    /** Starts a file that appears under its name when {@link #finish()} is called. */
    public static TfRecordWriter create(Path target, WriteOptions options) throws IOException {
        return create(Storage.of(target).create(target), target, options);
    }

    /** As {@link #create(Path, WriteOptions)}, into a file that is closed with the writer. */
    public static TfRecordWriter create(PendingFile file, Path target, WriteOptions options) throws IOException {
        try {
            return new TfRecordWriter(target, file, file, options);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Writes to a channel, which is closed with the writer; there is no index. */
    public static TfRecordWriter to(WritableByteChannel channel, Compression compression) throws IOException {
        return new TfRecordWriter(null, null, channel, WriteOptions.compressed(compression));
    }

    private static OutputStream deflater(WritableByteChannel plain, Compression compression) throws IOException {
        OutputStream stream = Channels.newOutputStream(plain);
        return switch (compression) {
            case NONE -> null;
            case GZIP -> new GZIPOutputStream(stream, BUFFER_BYTES, true);
            case ZLIB -> new DeflaterOutputStream(stream, true);
        };
    }

    /** Appends one record: the bytes from position to limit, which are left alone. */
    public void write(ByteBuffer data) throws IOException {
        int length = data.remaining();
        makeRoom(Frame.HEADER_BYTES);
        Frame.putHeader(buffer, length);
        if (length <= buffer.remaining()) {
            buffer.put(data.duplicate());
        } else {
            drain();
            writeFully(data.duplicate());
        }
        makeRoom(Frame.FOOTER_BYTES);
        int crc = Frame.maskedCrc(data, data.position(), length);
        buffer.putInt(crc);
        if (index != null) {
            index.add(offset, length, crc);
        }
        offset += Frame.OVERHEAD_BYTES + (long) length;
        count++;
    }

    /** Appends one record. */
    public void write(byte[] data) throws IOException {
        write(ByteBuffer.wrap(data));
    }

    /** How many records were written. */
    public long count() {
        return count;
    }

    /** How many bytes they take before compression. */
    public long bytes() {
        return offset;
    }

    /** Hands everything written so far to the channel. */
    public void flush() throws IOException {
        drain();
        if (deflater != null) {
            deflater.flush();
        }
    }

    /** Ends the stream; a file gets its name and its index. Nothing can be written afterwards. */
    public void finish() throws IOException {
        drain();
        if (deflater instanceof DeflaterOutputStream stream) {
            stream.finish();
        }
        finished = true;
        if (file != null) {
            file.commit();
            if (index != null) {
                index.build(offset).write(RecordIndex.pathFor(target));
            }
        }
    }

    private void makeRoom(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            drain();
        }
    }

    private void drain() throws IOException {
        writeFully(buffer.flip());
        buffer.clear();
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Gives up a file that was not finished, of which nothing is left; as {@link #close()}, but for the complaint. */
    public void discard() throws IOException {
        finished = true;
        close();
    }

    /**
     * Frees what it holds. A channel is finished first; a file that was not is discarded, so that nobody takes it for a whole one.
     *
     * @throws IOException if records are lost by that: the call of {@link #finish()} is missing, or something else failed, which is then what
     *                     try-with-resources throws
     */
    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            if (!finished && count > 0) {
                finished = true;
                throw new IOException(target + ": closed without finish(): its " + count + " records are discarded");
            }
        } else {
            try {
                if (!finished) {
                    finish();
                }
            } finally {
                channel.close();
            }
        }
    }
}
