package org.batchmill.video;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Buffers for the frames of one reader. There are as many as its queue holds plus those that the consumer has not closed. After
 * {@link #close()} each is freed as soon as it comes back, so that no frame in use loses its memory. Safe for use by many threads.
 */
final class FramePool implements AutoCloseable {

    /** swscale may write some bytes behind the end of a row, and so behind the last one. */
    private static final int OVERRUN = 64;

    private final ArrayDeque<Block> free = new ArrayDeque<>();
    private boolean closed;

    /** A block of at least {@code bytes}. */
    synchronized Block take(int bytes) {
        Block block = free.poll();
        if (block != null && block.capacity >= bytes) {
            return block;
        }
        if (block != null) {
            block.free();
        }
        return new Block(bytes);
    }

    private synchronized void giveBack(Block block) {
        if (closed) {
            block.free();
        } else {
            free.push(block);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        free.forEach(Block::free);
        free.clear();
    }

    /** Memory outside the heap. */
    final class Block {
        private final int capacity;
        private final BytePointer memory;

        private Block(int capacity) {
            this.capacity = capacity;
            Pointer allocated = avutil.av_malloc((long) capacity + OVERRUN);
            if (allocated == null || allocated.isNull()) {
                throw new OutOfMemoryError("no " + capacity + " bytes for a video frame");
            }
            this.memory = new BytePointer(allocated).capacity(capacity);
        }

        BytePointer memory() {
            return memory;
        }

        ByteBuffer bytes(int count) {
            return memory.asByteBuffer().limit(count).slice();
        }

        /** Hands the block back; its last use. */
        void release() {
            giveBack(this);
        }

        private void free() {
            avutil.av_free(memory);
        }
    }
}
