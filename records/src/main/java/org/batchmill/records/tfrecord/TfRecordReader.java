package org.batchmill.records.tfrecord;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.InputFile;

/**
 * Reads the records of a TFRecord stream in order and checks both checksums of each.
 *
 * <p>Where the policy is to skip, a record whose data is damaged costs that record; where the header is damaged, the reader looks
 * for the next place that holds a valid header, a length within the limit and intact data, and reports the bytes passed over. A
 * record file stored inside a damaged record would be taken for records; nothing in the format tells them apart.
 *
 * <p>Owns its channel and closes it. Used by one thread at a time.
 */
public final class TfRecordReader implements Closeable {

    /**
     * How many bytes of data are checked in vain while looking for the next record. A hostile file can hold a header every 12
     * bytes, each promising a large record; without a bound the search would be quadratic.
     */
    private static final long SEARCH_BYTES = 1L << 30;

    private final String name;
    private final ReadableByteChannel channel;
    private final ReadOptions options;
    private final Compression compression;
    private final ByteWindow window;
    private long offset;
    private long index = -1;
    private boolean ended;
    private DataException failure;

    private TfRecordReader(ReadableByteChannel source, String name, ReadOptions options) throws IOException {
        this.name = name;
        this.options = options;
        ByteBuffer head = head(source);
        this.compression = options.compression().orElseGet(() -> Compression.of(head));
        boolean compressed = compression != Compression.NONE;
        this.channel = compressed ? new InflatingChannel(name, source, head, compression, options) : source;
        boolean all = !compressed && head.remaining() < Compression.SNIFF_BYTES;
        this.window = new ByteWindow(channel, compressed ? ByteBuffer.allocate(0) : head, all);
    }

    /** Opens a file with {@link ReadOptions#defaults()}. */
    public static TfRecordReader open(Path file) throws IOException {
        return open(file, ReadOptions.defaults());
    }

    /**
     * Opens a file.
     *
     * @throws DataException if it is not there
     */
    public static TfRecordReader open(Path file, ReadOptions options) throws IOException {
        return of(InputFile.open(file), file.toString(), options);
    }

    /** Reads from a stream, which is closed with the reader; {@code name} is what errors call it. */
    public static TfRecordReader of(InputStream stream, String name, ReadOptions options) throws IOException {
        return of(Channels.newChannel(stream), name, options);
    }

    /** Reads from a blocking channel, which is closed with the reader; {@code name} is what errors call it. */
    public static TfRecordReader of(ReadableByteChannel channel, String name, ReadOptions options) throws IOException {
        try {
            return new TfRecordReader(channel, name, options);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static ByteBuffer head(ReadableByteChannel source) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Compression.SNIFF_BYTES);
        int read = 0;
        while (head.hasRemaining() && read >= 0) {
            read = source.read(head);
        }
        return head.flip();
    }

    /**
     * The next record.
     *
     * @return a read-only view of its data, valid until the next call, or null at the end
     * @throws DataException if a record is damaged and the policy does not skip it; a failure of the framing is thrown again by
     *                       every later call
     */
    public ByteBuffer next() throws IOException {
        while (!ended) {
            if (failure != null) {
                throw failure;
            }
            try {
                ByteBuffer record = tryNext();
                if (record != null) {
                    return record;
                }
            } catch (DamagedRecordException e) {
                failed(e);
            } catch (DataException e) {
                // A damaged compressed stream: nothing behind the fault can be read.
                ended = options.onDamage().skips();
                failed(damage(e.kind(), e.reason(), DamagedRecordException.UNKNOWN));
            }
        }
        return null;
    }

    private void failed(DamagedRecordException damage) throws DataException {
        try {
            options.onDamage().handle(damage);
        } catch (DataException e) {
            boolean onlyThisRecord = damage.end() == window.offset();
            failure = onlyThisRecord ? null : e;
            throw e;
        }
    }

    /** One record, or null with {@link #ended} set at a clean end. */
    private ByteBuffer tryNext() throws IOException {
        offset = window.offset();
        index++;
        int present = window.fill(Frame.HEADER_BYTES);
        if (present == 0) {
            ended = true;
            return null;
        }
        if (present < Frame.HEADER_BYTES) {
            throw lost(Kind.TRUNCATED, "the file ends inside a header");
        }
        if (!Frame.isHeader(window.buffer(), window.start())) {
            throw lost(Kind.CORRUPT, "the checksum of the length does not hold");
        }
        long length = window.buffer().getLong(window.start());
        if (length < 0 || length > options.maxRecordBytes()) {
            throw lost(Kind.TOO_LARGE, tooLarge(length));
        }
        int frame = Frame.OVERHEAD_BYTES + (int) length;
        if (isBeyondFile(frame) || window.fill(frame) < frame) {
            throw lost(Kind.TRUNCATED, "the file ends inside a record of " + length + " bytes");
        }
        boolean intact = Frame.isDataIntact(window.buffer(), window.start(), (int) length);
        ByteBuffer data = window.buffer().slice(window.start() + Frame.HEADER_BYTES, (int) length);
        window.consume(frame);
        if (!intact) {
            throw damage(Kind.CORRUPT, "the checksum of the data does not hold", window.offset());
        }
        return data.asReadOnlyBuffer();
    }

    private String tooLarge(long length) {
        return "a record of " + Long.toUnsignedString(length) + " bytes is above the limit of "
                + options.maxRecordBytes();
    }

    /** Spares reading and keeping a whole file for a length that cannot be true. */
    private boolean isBeyondFile(int frame) throws IOException {
        return channel instanceof SeekableByteChannel file
                && file.position() - window.available() + frame > file.size();
    }

    /** The framing is lost: goes to the next intact record if that is wanted. */
    private DamagedRecordException lost(Kind kind, String reason) throws IOException {
        if (!options.onDamage().skips()) {
            return damage(kind, reason, DamagedRecordException.UNKNOWN);
        }
        boolean found = false;
        try {
            found = findRecord();
        } catch (DataException e) {
            // The compressed stream is damaged too; both are one lost end.
            ended = true;
        }
        if (!found) {
            window.consume(window.available());
            ended = true;
        }
        return damage(kind, reason, window.offset());
    }

    private DamagedRecordException damage(Kind kind, String reason, long end) {
        return new DamagedRecordException(kind, name, index, offset, end, reason);
    }

    private boolean findRecord() throws IOException {
        long budget = SEARCH_BYTES;
        window.consume(1);
        while (window.fill(Frame.OVERHEAD_BYTES) >= Frame.OVERHEAD_BYTES) {
            if (!findHeader()) {
                continue;
            }
            int length = (int) window.buffer().getLong(window.start());
            int frame = Frame.OVERHEAD_BYTES + length;
            if (!isBeyondFile(frame) && window.fill(frame) >= frame) {
                if (Frame.isDataIntact(window.buffer(), window.start(), length)) {
                    return true;
                }
                budget -= length;
                if (budget < 0) {
                    skipToEnd();
                    return false;
                }
            }
            window.consume(1);
        }
        return false;
    }

    /** Consumes up to the next header of a plausible length within what can be looked at; false if there is none. */
    private boolean findHeader() {
        ByteBuffer buffer = window.buffer();
        int last = window.available() - Frame.HEADER_BYTES;
        for (int i = 0; i <= last; i++) {
            int at = window.start() + i;
            long length = buffer.getLong(at);
            if (length >= 0 && length <= options.maxRecordBytes() && Frame.isHeader(buffer, at)) {
                window.consume(i);
                return true;
            }
        }
        window.consume(last + 1);
        return false;
    }

    private void skipToEnd() throws IOException {
        while (window.fill(1) > 0) {
            window.consume(window.available());
        }
    }

    /** Where the header of the record last returned begins, in the uncompressed stream. */
    public long offset() {
        return offset;
    }

    /** The first byte behind the record last returned. */
    public long end() {
        return window.offset();
    }

    /** The number of the record last returned, from 0; damaged records count as far as they could be told apart. */
    public long index() {
        return index;
    }

    /** How the stream is compressed. */
    public Compression compression() {
        return compression;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
