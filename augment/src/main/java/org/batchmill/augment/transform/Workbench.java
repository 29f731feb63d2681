package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.CV_64FC1;

import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.pixels.PixelBuffer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A worker's scratch memory: pixel buffers by number, and the small native values that OpenCV's calls take, kept so that a sample
 * allocates nothing of its size. Used by one thread at a time; the owner closes it.
 */
public final class Workbench implements AutoCloseable {

    private static final int BUFFERS = 12;

    private final PixelBuffer[] buffers = new PixelBuffer[BUFFERS];
    private final Planes planes;
    private final Size size = new Size(0, 0);
    private final Scalar scalar = new Scalar(0.0);
    private final Rect rect = new Rect();

    /**
     * @param allocator counts the memory; outlives the bench
     */
    public Workbench(BufferAllocator allocator) {
        for (int i = 0; i < BUFFERS; i++) {
            buffers[i] = new PixelBuffer(allocator);
        }
        planes = new Planes(allocator);
    }

    /**
     * A scratch matrix with undefined content.
     *
     * @param number 0 to 5 for pixel transforms, which share them; each call with a number ends the use of the former matrix
     * @param type   an OpenCV type
     */
    public Mat scratch(int number, int rows, int cols, int type) {
        return buffers[number].mat(rows, cols, type);
    }

    /** A number for the next OpenCV call that takes a matrix; it lies in scratch matrix {@code number}. */
    Mat value(int number, double value) {
        Mat mat = scratch(number, 1, 1, CV_64FC1);
        try (DoublePointer pointer = new DoublePointer(mat.data())) {
            pointer.put(value);
        }
        return mat;
    }

    Planes planes() {
        return planes;
    }

    /** A size for the next OpenCV call. */
    public Size size(int width, int height) {
        return size.width(width).height(height);
    }

    /** A part of a matrix for the next OpenCV call. */
    public Rect rect(int x, int y, int width, int height) {
        return rect.x(x).y(y).width(width).height(height);
    }

    /** Four values for the next OpenCV call. */
    public Scalar scalar(double a, double b, double c, double d) {
        scalar.put(0, a);
        scalar.put(1, b);
        scalar.put(2, c);
        scalar.put(3, d);
        return scalar;
    }

    @Override
    public void close() {
        for (PixelBuffer buffer : buffers) {
            buffer.close();
        }
        planes.close();
        size.close();
        scalar.close();
        rect.close();
    }
}
