package org.batchmill.augment.pixels;

import java.util.Locale;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;

/** Memory outside the heap. */
public final class OffHeap {

    private OffHeap() {}

    /**
     * Takes memory, which the caller closes.
     *
     * @param allocator counts it
     * @throws OutOfMemoryException saying what was asked for, and what the user can do
     */
    public static ArrowBuf take(BufferAllocator allocator, long bytes) {
        try {
            return allocator.buffer(bytes);
        } catch (OutOfMemoryException e) {
            OutOfMemoryException said = new OutOfMemoryException(String.format(
                    Locale.ROOT,
                    "no %.1f MB outside the heap for %s: raise the JVM's limit (-XX:MaxDirectMemorySize), or take smaller"
                            + " batches or fewer workers",
                    bytes / 1e6,
                    allocator.getName()));
            said.initCause(e);
            throw said;
        }
    }
}
