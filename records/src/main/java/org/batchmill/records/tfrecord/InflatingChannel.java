package org.batchmill.records.tfrecord;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * Inflates GZIP (RFC 1952) and ZLIB (RFC 1950). The JDK's GZIPInputStream asks {@code available()} whether another member
 * follows, which is wrong for channels, passes over garbage behind the last member, and knows no limits.
 *
 * <p>Everything before a fault is delivered first; then every read throws it.
 */
final class InflatingChannel implements ReadableByteChannel {

    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;

    private final String name;
    private final boolean gzip;
    private final ReadableByteChannel source;
    private final ReadOptions limits;
    private final Inflater inflater;
    private final CRC32 crc = new CRC32();
    private final ByteBuffer input = ByteBuffer.allocate(64 << 10).limit(0);
    private long consumed;
    private long inflated;
    private boolean inMember;
    private boolean ended;
    private DataException fault;

    InflatingChannel(String name, ReadableByteChannel source, ByteBuffer head, Compression kind, ReadOptions limits) {
        this.name = name;
        this.source = source;
        this.gzip = kind == Compression.GZIP;
        this.limits = limits;
        this.inflater = new Inflater(gzip);
        input.clear();
        input.put(head.duplicate()).flip();
        consumed = input.limit();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int before = target.position();
        while (fault == null && !ended && target.hasRemaining() && target.position() == before) {
            try {
                step(target);
            } catch (DataException e) {
                fault = e;
            }
        }
        if (target.position() > before) {
            return target.position() - before;
        }
        if (fault != null) {
            throw fault;
        }
        return ended ? -1 : 0;
    }

    private void step(ByteBuffer target) throws IOException {
        if (!inMember) {
            beginMember();
            return;
        }
        int before = target.position();
        long written = inflater.getBytesWritten();
        try {
            if (inflater.needsInput() && !inflater.finished()) {
                if (!refill()) {
                    throw fault(Kind.TRUNCATED, "the compressed stream ends early");
                }
                inflater.setInput(input);
            }
            inflater.inflate(target);
        } catch (DataFormatException e) {
            target.position(before + (int) (inflater.getBytesWritten() - written));
            throw fault(Kind.CORRUPT, "the compressed stream is damaged: " + e.getMessage());
        } finally {
            int count = target.position() - before;
            inflated += count;
            crc.update(target.duplicate().flip().position(before));
        }
        if (inflater.needsDictionary()) {
            throw fault(Kind.UNSUPPORTED, "the compressed stream needs a dictionary");
        }
        checkLimits();
        if (inflater.finished()) {
            endMember();
        }
    }

    private void checkLimits() throws DataException {
        if (inflated > limits.maxInflatedBytes()) {
            throw fault(Kind.TOO_LARGE, "it inflates to more than " + limits.maxInflatedBytes() + " bytes");
        }
        long used = consumed - input.remaining();
        if (inflated > ReadOptions.RATIO_GRACE_BYTES && inflated / limits.maxRatio() > used) {
            throw fault(Kind.TOO_LARGE, "it inflates by more than a factor of " + limits.maxRatio());
        }
    }

    private void beginMember() throws IOException {
        if (!input.hasRemaining() && !refill()) {
            ended = true;
            return;
        }
        if (inflater.getBytesRead() > 0 || inflater.finished()) {
            if (!gzip) {
                throw fault(Kind.CORRUPT, "bytes follow the end of the compressed stream");
            }
            inflater.reset();
        }
        if (gzip) {
            readGzipHeader();
        }
        crc.reset();
        inflater.setInput(input);
        inMember = true;
    }

    private void endMember() throws IOException {
        inMember = false;
        if (gzip
                && (littleEndianInt() != (int) crc.getValue()
                        || littleEndianInt() != (int) inflater.getBytesWritten())) {
            throw fault(Kind.CORRUPT, "the GZIP checksum does not hold");
        }
    }

    private void readGzipHeader() throws IOException {
        if (nextByte() != 0x1f || nextByte() != 0x8b || nextByte() != 8) {
            throw fault(Kind.CORRUPT, inflater.getBytesRead() > 0 ? "bytes follow the last GZIP member" : "not GZIP");
        }
        int flags = nextByte();
        skip(6); // time, extra flags, operating system
        if ((flags & FLAG_EXTRA) != 0) {
            skip(nextByte() | nextByte() << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            skip(2);
        }
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            nextByte();
        }
    }

    private void skipText() throws IOException {
        int read = nextByte();
        while (read != 0) {
            read = nextByte();
        }
    }

    private int littleEndianInt() throws IOException {
        return nextByte() | nextByte() << 8 | nextByte() << 16 | nextByte() << 24;
    }

    private int nextByte() throws IOException {
        if (!input.hasRemaining() && !refill()) {
            throw fault(Kind.TRUNCATED, "the compressed stream ends early");
        }
        return input.get() & 0xff;
    }

    private boolean refill() throws IOException {
        input.clear();
        int read = 0;
        while (read == 0) {
            read = source.read(input);
        }
        input.flip();
        consumed += Math.max(read, 0);
        return read > 0;
    }

    private DataException fault(Kind kind, String reason) {
        return new DataException(kind, name, reason + ", at compressed byte " + (consumed - input.remaining()));
    }

    @Override
    public boolean isOpen() {
        return source.isOpen();
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        source.close();
    }
}
