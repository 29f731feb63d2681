package org.batchmill.records.arrow;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.records.MissingPartException;

/** Memory outside the heap, counted by Arrow. */
public final class ArrowMemory {

    private ArrowMemory() {}

    /**
     * A new allocator, which its user closes.
     *
     * @throws MissingPartException if this JVM was started without the option that Arrow needs
     */
    public static BufferAllocator allocator() {
        if (!ByteBuffer.class.getModule().isOpen("java.nio", RootAllocator.class.getModule())) {
            throw new MissingPartException("Arrow's memory lies in java.nio, which is closed to it: start Java with"
                    + " --add-opens=java.base/java.nio=ALL-UNNAMED");
        }
        return new RootAllocator();
    }
}
