package org.batchmill.records.tfrecord;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;

/**
 * A window that slides over a channel: bytes are looked at in place and consumed in order. It grows only as bytes arrive, so a
 * length that promises more than the channel holds allocates at most twice what is there.
 */
final class ByteWindow {

    /** Small enough to stay in a core's cache between the read and the checksum, large enough to make system calls rare. */
    private static final int INITIAL_BYTES = 512 << 10;

    private final ReadableByteChannel channel;
    private ByteBuffer buffer;
    private int start;
    private int end;
    private long offset;

    /**
     * @param head the first bytes of the channel, already read
     * @param all  whether they are all of it
     */
    ByteWindow(ReadableByteChannel channel, ByteBuffer head, boolean all) {
        this.channel = channel;
        int capacity = all ? head.remaining() + 1 : INITIAL_BYTES;
        this.buffer = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
        this.end = head.remaining();
        buffer.put(0, head, head.position(), end);
    }

    /** The offset, from the start of the channel, of the first byte not yet consumed. */
    long offset() {
        return offset;
    }

    /** The buffer that holds the window; valid until the next {@link #fill}. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Where the first byte not yet consumed stands in {@link #buffer()}. */
    int start() {
        return start;
    }

    /** How many bytes can be looked at without reading. */
    int available() {
        return end - start;
    }

    void consume(int bytes) {
        start += bytes;
        offset += bytes;
    }

    /**
     * Reads until {@code bytes} can be looked at or the channel ends.
     *
     * @return how many can be looked at, possibly more than asked for
     */
    int fill(int bytes) throws IOException {
        while (available() < bytes) {
            makeRoom(bytes);
            int read = channel.read(buffer.limit(buffer.capacity()).position(end));
            buffer.clear();
            if (read < 0) {
                break;
            }
            end += read;
        }
        return available();
    }

    private void makeRoom(int bytes) {
        if (end < buffer.capacity() && start + bytes <= buffer.capacity()) {
            return;
        }
        ByteBuffer target = buffer;
        if (available() == buffer.capacity()) {
            int grown = (int) Math.min(bytes, 2L * buffer.capacity());
            target = ByteBuffer.allocateDirect(grown).order(ByteOrder.LITTLE_ENDIAN);
        }
        target.put(0, buffer, start, available());
        buffer = target;
        end = available();
        start = 0;
    }
}
