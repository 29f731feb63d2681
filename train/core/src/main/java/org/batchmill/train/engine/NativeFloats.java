package org.batchmill.train.engine;

import java.nio.FloatBuffer;
import org.batchmill.records.UsageException;

/**
 * float32 values one behind the other, in memory that the garbage collector does not move: what an engine shows of its own memory, and
 * what a {@link org.batchmill.train.collective.Collective} works on in place. A view: valid as long as whoever hands it out says.
 *
 * @param host    the values, from its position to its limit: direct, in native byte order; null if they lie in a device's memory
 * @param device  {@code cpu}, or the device in whose memory they lie: {@code gpu:0}
 * @param address of the first value in the device's memory; 0 where {@code host} tells where they are
 * @param count   how many values
 */
public record NativeFloats(FloatBuffer host, String device, long address, long count) {

    public NativeFloats {
        if (host != null && !host.isDirect()) {
            throw new IllegalArgumentException("these values lie on Java's heap, where they move");
        }
    }

    /** What a direct buffer holds from its position to its limit. */
    public static NativeFloats ofHost(FloatBuffer values) {
        return new NativeFloats(values.slice(), "cpu", 0, values.remaining());
    }

    /** Values in the memory of a device. */
    public static NativeFloats ofDevice(String device, long address, long count) {
        return new NativeFloats(null, device, address, count);
    }

    /**
     * The values, as a buffer of the caller's own with position 0.
     *
     * @throws UsageException if they lie in a device's memory
     */
    public FloatBuffer requireHost() {
        if (host == null) {
            throw new UsageException(
                    "these values lie in the memory of " + device + ", where the processor cannot reach them");
        }
        return host.slice();
    }
}
