package org.batchmill.augment.decode;

import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.pixels.PixelBuffer;

/** The memory of one decoding call, kept from call to call. */
final class Scratch implements AutoCloseable {

    /** The encoded file: native decoders read from here, not from a mapped file that may shrink under them. */
    final PixelBuffer file;

    /** The decoded image where it must still be turned or shrunk. */
    final PixelBuffer stored;

    /** The shrunk image where it must still be turned. */
    final PixelBuffer shrunk;

    /** What is larger than this is not kept: a very large image is rare. */
    private static final long KEPT_BYTES = 48L << 20;

    Scratch(BufferAllocator allocator) {
        file = new PixelBuffer(allocator);
        stored = new PixelBuffer(allocator);
        shrunk = new PixelBuffer(allocator);
    }

    /** Frees what is unusually large, before the scratch waits for its next use. */
    void trim() {
        for (PixelBuffer buffer : new PixelBuffer[] {file, stored, shrunk}) {
            if (buffer.capacity() > KEPT_BYTES) {
                buffer.close();
            }
        }
    }

    @Override
    public void close() {
        file.close();
        stored.close();
        shrunk.close();
    }
}
