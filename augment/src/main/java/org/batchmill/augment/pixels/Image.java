package org.batchmill.augment.pixels;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A decoded image: unsigned bytes, rows from top to bottom, channels innermost, RGB where there are three, upright. It belongs
 * to whoever took it from its {@link ImagePool} and goes back there with {@link #close()}. Used by one thread at a time.
 */
public final class Image implements AutoCloseable {

    private final ImagePool pool;
    private final PixelBuffer buffer;
    private Mat mat;
    private double scaleX = 1;
    private double scaleY = 1;
    private boolean open;

    Image(ImagePool pool, BufferAllocator allocator) {
        this.pool = pool;
        this.buffer = new PixelBuffer(allocator);
    }

    void opened() {
        open = true;
    }

    /**
     * Gives the image a size. Its pixels are undefined until they are written through {@link #mat()}.
     *
     * @param scaleX how many pixels of this image make one pixel of its original, across: 1, or less after scaled decoding
     * @param scaleY likewise, down
     */
    public Mat resize(int width, int height, int channels, double scaleX, double scaleY) {
        this.scaleX = scaleX;
        this.scaleY = scaleY;
        mat = buffer.mat(height, width, opencv_core.CV_8UC(channels));
        return mat;
    }

    /** The pixels as OpenCV sees them; dead after {@link #close()}. */
    public Mat mat() {
        return mat;
    }

    /** In pixels. */
    public int width() {
        return mat.cols();
    }

    /** In pixels. */
    public int height() {
        return mat.rows();
    }

    public int channels() {
        return mat.channels();
    }

    /** How many pixels of this image make one pixel of the original, across. */
    public double scaleX() {
        return scaleX;
    }

    /** How many pixels of this image make one pixel of the original, down. */
    public double scaleY() {
        return scaleY;
    }

    /** A view on the pixels, {@code height * width * channels} bytes; dead after {@link #close()}. */
    public ByteBuffer pixels() {
        return buffer.bytes(width() * height() * channels());
    }

    /** The memory that it holds, in bytes: that of the largest image that it was. */
    public long capacity() {
        return buffer.capacity();
    }

    /** Gives the memory back to the pool; a second call does nothing. */
    @Override
    public void close() {
        if (open) {
            open = false;
            pool.giveBack(this);
        }
    }

    void free() {
        buffer.close();
    }
}
