package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A text file that another process appends to, read from where it was left: whole lines only, so that one that is half written waits for
 * its end. If another file was put in its place, or it became shorter, it is read anew. Not thread-safe.
 */
final class GrowingText {

    /** A longer line is none of ours: it is passed over. */
    static final int LONGEST_LINE = 16 << 20;

    private static final int CHUNK = 1 << 18;

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
            for (int i = 0; i < end; i++) {
                if (bytes[i] == '\n') {
                    if (!overlong) {
                        taker.line(bytes, from, i > from && bytes[i - 1] == '\r' ? i - 1 : i);
                    }
                    overlong = false;
                    from = i + 1;
                }
            }
            offset += from;
            buffer.flip().position(from);
            buffer.compact();
            if (!buffer.hasRemaining()) {
                buffer = roomier(buffer);
            }
        }
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
