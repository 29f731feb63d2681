package org.batchmill.augment.pixels;

import java.util.ArrayDeque;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Pictures for reuse. There are as many as were ever in use at once, each as large as the largest it has held, but what a very
 * large picture needed is freed when it comes back. Safe for use by many threads; the owner closes it after all pictures came back.
 */
public final class PicturePool implements AutoCloseable {

    /** A picture of 16 megapixels in colour is kept; what is larger is rare, and keeping it would multiply by the workers. */
    private static final long KEPT_BYTES = 48L << 20;

    private final BufferAllocator allocator;
    private final ArrayDeque<Picture> free = new ArrayDeque<>();
    private boolean closed;

    /**
     * @param parent where the memory is counted; {@link #close()} finds pictures that were not closed
     */
    public PicturePool(BufferAllocator parent) {
        OpenCv.require();
        this.allocator = parent.newChildAllocator("pictures", 0, Long.MAX_VALUE);
    }

    /** A picture without a size: call {@link Picture#resize} first. */
    public Picture take() {
        Picture picture;
        synchronized (this) {
            picture = free.poll();
        }
        if (picture == null) {
            picture = new Picture(this, allocator);
        }
        picture.opened();
        return picture;
    }

    synchronized void giveBack(Picture picture) {
        if (closed || picture.capacity() > KEPT_BYTES) {
            picture.free();
        }
        if (!closed) {
            free.push(picture);
        }
    }

    /** The memory in use and kept, in bytes. */
    public long allocatedBytes() {
        return allocator.getAllocatedMemory();
    }

    /**
     * Frees everything.
     *
     * @throws IllegalStateException if a picture was not closed
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        free.forEach(Picture::free);
        free.clear();
        allocator.close();
    }
}
