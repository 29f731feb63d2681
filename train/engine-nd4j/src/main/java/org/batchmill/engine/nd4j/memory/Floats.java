package org.batchmill.engine.nd4j.memory;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The values of a contiguous float32 array, read and written in blocks. Java loops over a heap array are vectorised, loops over
 * off-heap memory are not: so every kernel copies a block that fits into the first-level cache, computes there, and copies back.
 */
public final class Floats {

    /** Values in a block: 16 KiB. */
    public static final int BLOCK = 4096;

    private final INDArray array;
    private final FloatBuffer memory;

    /** The values as they are now, wherever they were written last. */
    public Floats(INDArray array) {
        this.array = array;
        fetch();
        long length = array.length();
        FloatPointer pointer = new FloatPointer(array.data().addressPointer());
        pointer.capacity(length);
        memory = pointer.asBuffer();
        if (memory.capacity() != length) {
            throw new IllegalArgumentException("an array of " + length + " values cannot be read as one buffer");
        }
    }

    public FloatBuffer buffer() {
        return memory;
    }

    /** Before values are read that ND4J's operations may have written: on a GPU they come to the host. */
    public void fetch() {
        Nd4j.getAffinityManager().ensureLocation(array, AffinityManager.Location.HOST);
    }

    /** After values were written here that ND4J's operations will read: on a GPU they go there when they do. */
    public void changed() {
        Nd4j.getAffinityManager().tagLocation(array, AffinityManager.Location.HOST);
    }

    public int length() {
        return memory.capacity();
    }

    public void read(int from, float[] values, int count) {
        memory.get(from, values, 0, count);
    }

    public void write(int to, float[] values, int count) {
        memory.put(to, values, 0, count);
    }

    public float[] copy() {
        float[] values = new float[length()];
        memory.get(0, values);
        return values;
    }

    public void set(float[] values) {
        memory.put(0, values);
        changed();
    }
}
