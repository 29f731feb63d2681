package org.batchmill.augment.pixels;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A growable piece of off-heap memory with an OpenCV view on it. It grows to the largest picture it has held and stays there, so
 * that a worker allocates nothing of a picture's size after its first pictures. Used by one thread at a time; the owner closes it.
 */
public final class PixelBuffer implements AutoCloseable {

    private final BufferAllocator allocator;
    private ArrowBuf memory;
    private Mat view;
    private int rows;
    private int cols;
    private int type;

    /**
     * @param allocator counts the memory; outlives the buffer
     */
    public PixelBuffer(BufferAllocator allocator) {
        OpenCv.require();
        this.allocator = allocator;
    }

    /**
     * A matrix over this memory, with what was in the memory before as its content. The former view is dead afterwards; this one
     * lives until the next call or until {@link #close()}.
     *
     * @param type an OpenCV type, for instance {@code CV_8UC3}
     */
    public Mat mat(int rows, int cols, int type) {
        long bytes = (long) rows * cols * elementBytes(type);
        boolean moved = ensure(bytes);
        if (view == null || moved || rows != this.rows || cols != this.cols || type != this.type) {
            closeView();
            view = matAt(memory.memoryAddress(), rows, cols, type);
            this.rows = rows;
            this.cols = cols;
            this.type = type;
        }
        return view;
    }

    /** The first {@code bytes} bytes, direct, position 0; valid as long as the memory does not grow. */
    public ByteBuffer bytes(int bytes) {
        ensure(bytes);
        return memory.nioBuffer(0, bytes);
    }

    /** How many bytes are allocated. */
    public long capacity() {
        return memory == null ? 0 : memory.capacity();
    }

    private boolean ensure(long bytes) {
        if (memory != null && memory.capacity() >= bytes) {
            return false;
        }
        close();
        memory = allocator.buffer(Math.max(bytes, 1));
        return true;
    }

    private void closeView() {
        if (view != null) {
            view.close();
            view = null;
        }
    }

    @Override
    public void close() {
        closeView();
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
