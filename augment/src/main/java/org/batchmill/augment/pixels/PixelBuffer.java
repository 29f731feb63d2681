package org.batchmill.augment.pixels;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A growable piece of off-heap memory with an OpenCV view on it. It grows to the largest image it has held and stays there, so
 * that a worker allocates nothing of an image's size after its first images. Used by one thread at a time; the owner closes it.
 */
public final class PixelBuffer implements AutoCloseable {

    private static final int VIEWS = 8;

    private final BufferAllocator allocator;
    private ArrowBuf memory;
    private ByteBuffer bytes;

    /** The latest views by turns: images come in a few sizes, and making a view costs heap. */
    private final Mat[] views = new Mat[VIEWS];

    private int oldest;

    /**
     * @param allocator counts the memory; outlives the buffer
     */
    public PixelBuffer(BufferAllocator allocator) {
        OpenCv.require();
        this.allocator = allocator;
    }

    /**
     * A matrix over this memory, with what was in the memory before as its content. It shares the memory with all other views and
     * lives until the memory grows, until several calls later, or until {@link #close()}: use it before the next call.
     *
     * @param type an OpenCV type, for instance {@code CV_8UC3}
     */
    public Mat mat(int rows, int cols, int type) {
        ensure((long) rows * cols * elementBytes(type));
        for (Mat view : views) {
            if (view != null && view.rows() == rows && view.cols() == cols && view.type() == type) {
                return view;
            }
        }
        if (views[oldest] != null) {
            views[oldest].close();
        }
        Mat view = matAt(memory.memoryAddress(), rows, cols, type);
        views[oldest] = view;
        oldest = (oldest + 1) % VIEWS;
        return view;
    }

    /** The first {@code length} bytes, direct, position 0: the same buffer at each call, until the memory grows. */
    public ByteBuffer bytes(int length) {
        ensure(length);
        if (bytes == null) {
            bytes = memory.nioBuffer(0, (int) Math.min(Integer.MAX_VALUE, memory.capacity()));
        }
        return bytes.clear().limit(length);
    }

    /** How many bytes are allocated. */
    public long capacity() {
        return memory == null ? 0 : memory.capacity();
    }

    private void ensure(long length) {
        if (memory == null || memory.capacity() < length) {
            close();
            memory = OffHeap.take(allocator, Math.max(length, 1));
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < VIEWS; i++) {
            if (views[i] != null) {
                views[i].close();
                views[i] = null;
            }
        }
        bytes = null;
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }

    /**
     * A matrix over memory that somebody else owns.
     *
     * @param address of its first byte; stays valid as long as the matrix is used
     */
    public static Mat matAt(long address, int rows, int cols, int type) {
        try (At at = new At(address)) {
            return new Mat(rows, cols, type, at);
        }
    }

    private static long elementBytes(int type) {
        long depthBytes =
                switch (type & 7) {
                    case 0, 1 -> 1;
                    case 2, 3, 7 -> 2;
                    case 4, 5 -> 4;
                    default -> 8;
                };
        return depthBytes * ((type >> 3) + 1);
    }

    /** A pointer to memory that Arrow owns: closing it frees nothing. */
    private static final class At extends BytePointer {
        At(long address) {
            super((Pointer) null);
            this.address = address;
        }
    }
}
