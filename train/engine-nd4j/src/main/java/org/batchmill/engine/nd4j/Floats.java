package org.batchmill.engine.nd4j;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The values of a contiguous float32 array, read and written in blocks. Java loops over a heap array are vectorised, loops over
 * off-heap memory are not: so every kernel copies a block that fits into the first-level cache, computes there, and copies back.
 */
final class Floats {

    /** Values in a block: 16 KiB. */
    static final int BLOCK = 4096;

    private final FloatBuffer memory;

    Floats(INDArray array) {
        long length = array.length();
        FloatPointer pointer = new FloatPointer(array.data().addressPointer());
        pointer.capacity(length);
        memory = pointer.asBuffer();
        if (memory.capacity() != length) {
            throw new IllegalArgumentException("an array of " + length + " values cannot be read as one buffer");
        }
    }

    FloatBuffer buffer() {
        return memory;
    }

    int length() {
        return memory.capacity();
    }

    void read(int from, float[] values, int count) {
        memory.get(from, values, 0, count);
    }

    void write(int to, float[] values, int count) {
        memory.put(to, values, 0, count);
    }

    float[] copy() {
        float[] values = new float[length()];
        memory.get(0, values);
        return values;
    }

    void set(float[] values) {
        memory.put(0, values);
    }
}
