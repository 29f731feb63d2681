package org.batchmill.augment.pixels;

import java.util.ArrayDeque;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Images for reuse. There are as many as were ever in use at once, each as large as the largest it has held, but what a very
 * large image needed is freed when it comes back. Safe for use by many threads; the owner closes it after all images came back.
 */
public final class ImagePool implements AutoCloseable {

    /** An image of 16 megapixels in colour is kept; what is larger is rare, and keeping it would multiply by the workers. */
    private static final long KEPT_BYTES = 48L << 20;

    private final BufferAllocator allocator;
    private final ArrayDeque<Image> free = new ArrayDeque<>();
    private boolean closed;

    /**
     * @param parent where the memory is counted; {@link #close()} finds images that were not closed
     */
    public ImagePool(BufferAllocator parent) {
        OpenCv.require();
        this.allocator = parent.newChildAllocator("images", 0, Long.MAX_VALUE);
    }

    /** An image without a size: call {@link Image#resize} first. */
    public Image take() {
        Image image;
        synchronized (this) {
            image = free.poll();
        }
        if (image == null) {
            image = new Image(this, allocator);
        }
        image.opened();
        return image;
    }

    synchronized void giveBack(Image image) {
        if (closed || image.capacity() > KEPT_BYTES) {
            image.free();
        }
        if (!closed) {
            free.push(image);
        }
    }

    /** The memory in use and kept, in bytes. */
    public long allocatedBytes() {
        return allocator.getAllocatedMemory();
    }

    /**
     * Frees everything.
     *
     * @throws IllegalStateException if an image was not closed
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        free.forEach(Image::free);
        free.clear();
        allocator.close();
    }
}
