package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

/**
 * A text file that another process appends to, read from where it was left: whole lines only, so that one that is half written waits for
 * its end. If another file was put in its place, or it became shorter, it is read anew. Not thread-safe.
 */
final class GrowingText {

    /** A longer line is none of ours: it is passed over. */
    static final int LONGEST_LINE = 16 << 20;

    private static final int CHUNK = 1 << 18;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long NEWLINES = '\n' * ONES;
    private static final long HIGHEST_BITS = 0x8080808080808080L;

    private final RunFile file;
    private RunFile.Stamp seen;
    private long offset;
    private boolean overlong;

    GrowingText(RunFile file) {
        this.file = file;
    }

    /** Takes the lines that are new. */
    interface Taker {

        /** The file is read from its beginning. */
        void begin();

        /** A line of UTF-8 without its end, valid during the call. */
        void line(byte[] bytes, int from, int to);
    }

    /**
     * Reads what is new.
     *
     * @throws IOException if the file is there and cannot be read
     */
    void read(Taker taker) throws IOException {
        RunFile.Stamp now = file.stamp();
        if (now == null || now.equals(seen)) {
            return;
        }
        if (seen == null || !seen.identity().equals(now.identity()) || now.size() < offset) {
            offset = 0;
            overlong = false;
            taker.begin();
        }
        try (SeekableByteChannel channel = file.open()) {
            channel.position(offset);
            read(channel, taker);
        }
        seen = now;
    }

    private void read(SeekableByteChannel channel, Taker taker) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        while (channel.read(buffer) >= 0) {
            byte[] bytes = buffer.array();
            int end = buffer.position();
            int from = 0;
            for (int i = lineEnd(bytes, 0, end); i < end; i = lineEnd(bytes, from, end)) {
                if (!overlong) {
                    taker.line(bytes, from, i > from && bytes[i - 1] == '\r' ? i - 1 : i);
                }
                overlong = false;
                from = i + 1;
            }
            offset += from;
            buffer.flip().position(from);
            buffer.compact();
            if (!buffer.hasRemaining()) {
                buffer = roomier(buffer);
            }
        }
    }

    /**
     * The place of the next newline; {@code end} if there is none. Eight bytes at a time: with newlines taken out of them by exclusive or, a
     * byte that is 0 is the only one that borrows from its highest bit.
     */
    private static int lineEnd(byte[] bytes, int from, int end) {
        int i = from;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            long others = (long) LONGS.get(bytes, i) ^ NEWLINES;
            long zeros = (others - ONES) & ~others & HIGHEST_BITS;
            if (zeros != 0) {
                return i + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
            }
        }
        while (i < end && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    /** The buffer holds no end of a line. */
    private ByteBuffer roomier(ByteBuffer full) {
        if (overlong || full.capacity() >= LONGEST_LINE) {
            offset += full.position();
            overlong = true;
            return full.clear();
        }
        return ByteBuffer.allocate(2 * full.capacity()).put(full.flip());
    }
}
