package org.batchmill.ingest.packing;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** Memory for one Example after the other: to clear new memory for each costs more than to write it. Used by one thread. */
final class ExampleMemory implements IntFunction<ByteBuffer> {

    /** What is larger is rare, and is not kept. */
    private static final int KEPT_BYTES = 4 << 20;

    private ByteBuffer kept = ByteBuffer.allocate(0);

    @Override
    public ByteBuffer apply(int bytes) {
        if (bytes > KEPT_BYTES) {
            return ByteBuffer.allocate(bytes);
        }
        if (bytes > kept.capacity()) {
            kept = ByteBuffer.allocate(Math.min(bytes + (bytes >> 1), KEPT_BYTES));
        }
        return kept.clear();
    }
}
