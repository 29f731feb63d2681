package org.batchmill.engine.onednn.memory;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.batchmill.records.UsageException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** A place in native memory that belongs to somebody else. Not thread-safe. */
public final class Address extends Pointer {

    public Address(long bytesFromZero) {
        super((Pointer) null);
        address = bytesFromZero;
    }

    /** Points it elsewhere. */
    public Address to(long bytesFromZero) {
        address = bytesFromZero;
        return this;
    }

    /** The memory from here on as floats; valid as long as its owner keeps it. */
    public static FloatBuffer floats(long address, long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw new UsageException(
                    "an array of " + bytes + " bytes is larger than Java can look at; take a smaller batch");
        }
        // As a BytePointer, because JavaCPP counts capacities in units of the class.
        return new BytePointer(new Address(address))
                .capacity(bytes)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
