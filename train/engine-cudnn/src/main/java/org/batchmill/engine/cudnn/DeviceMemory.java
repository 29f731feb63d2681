package org.batchmill.engine.cudnn;

import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;

/** A block of the GPU's memory. Freed by {@link #close()}. */
final class DeviceMemory implements AutoCloseable {

    private final Pointer start = new Pointer();

    DeviceMemory(long bytes) {
        Cuda.check(cudart.cudaMalloc(start, Math.max(1, bytes)), "cudaMalloc of " + bytes + " bytes");
    }

    /** With these values. */
    static DeviceMemory of(float[] values) {
        DeviceMemory memory = new DeviceMemory((long) values.length * Float.BYTES);
        memory.write(values);
        return memory;
    }

    /** With these bytes. */
    static DeviceMemory of(byte[] values) {
        DeviceMemory memory = new DeviceMemory(values.length);
        memory.write(values);
        return memory;
    }

    /** Bytes that the first GPU has. */
    static long total() {
        try (SizeTPointer free = new SizeTPointer(1);
                SizeTPointer all = new SizeTPointer(1)) {
            Cuda.check(cudart.cudaMemGetInfo(free, all), "cudaMemGetInfo");
            return all.get();
        }
    }

    Pointer pointer() {
        return start;
    }

    /** Waits until it is done. */
    void write(float[] values) {
        try (FloatPointer host = new FloatPointer(values)) {
            copy(start, host, (long) values.length * Float.BYTES, cudart.cudaMemcpyHostToDevice);
        }
    }

    /** Waits until it is done. */
    void write(byte[] values) {
        try (BytePointer host = new BytePointer(values)) {
            copy(start, host, values.length, cudart.cudaMemcpyHostToDevice);
        }
    }

    /** Waits until it is done. */
    float[] read(int count) {
        try (FloatPointer host = new FloatPointer(count)) {
            copy(host, start, (long) count * Float.BYTES, cudart.cudaMemcpyDeviceToHost);
            float[] values = new float[count];
            host.get(values);
            return values;
        }
    }

    private static void copy(Pointer to, Pointer from, long bytes, int direction) {
        Cuda.check(cudart.cudaMemcpy(to, from, bytes, direction), "cudaMemcpy");
    }

    @Override
    public void close() {
        Cuda.check(cudart.cudaFree(start), "cudaFree");
        start.close();
    }
}
