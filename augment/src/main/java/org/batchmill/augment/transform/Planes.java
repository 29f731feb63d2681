package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.merge;

import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.pixels.PixelBuffer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;

/**
 * An image's channels apart, and planes to calculate with: OpenCV's arithmetic on planes of bytes takes some ten microseconds
 * for 448 x 448, so that even dozens of such steps are cheaper than one pass of general code.
 */
final class Planes implements AutoCloseable {

    private static final int COLOURS = 3;
    private static final int TEMPORARY = 8;

    private final PixelBuffer[] buffers = new PixelBuffer[2 * COLOURS + TEMPORARY];
    private final Mat[] planes = new Mat[buffers.length];
    private MatVector colours;
    private MatVector turned;
    private int rows;
    private int cols;

    Planes(BufferAllocator allocator) {
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = new PixelBuffer(allocator);
        }
    }

    /** Takes an image of three channels apart. */
    void split(Mat pixels) {
        fit(pixels.rows(), pixels.cols());
        opencv_core.split(pixels, colours);
    }

    /** Channel 0 to 2. */
    Mat colour(int channel) {
        return planes[channel];
    }

    /** Channel 0 to 2 of a second set of channels. */
    Mat turned(int channel) {
        return planes[COLOURS + channel];
    }

    /** A plane for calculations, 0 to 7. */
    Mat temporary(int number) {
        return planes[2 * COLOURS + number];
    }

    /** Puts the second set of channels together. */
    void mergeTurned(Mat pixels) {
        merge(turned, pixels);
    }

    private void fit(int rows, int cols) {
        if (colours != null && rows == this.rows && cols == this.cols) {
            return;
        }
        closeVectors();
        for (int i = 0; i < planes.length; i++) {
            planes[i] = buffers[i].mat(rows, cols, CV_8UC1);
        }
        colours = new MatVector(planes[0], planes[1], planes[2]);
        turned = new MatVector(planes[COLOURS], planes[COLOURS + 1], planes[COLOURS + 2]);
        this.rows = rows;
        this.cols = cols;
    }

    private void closeVectors() {
        if (colours != null) {
            colours.close();
            turned.close();
            colours = null;
        }
    }

    @Override
    public void close() {
        closeVectors();
        for (PixelBuffer buffer : buffers) {
            buffer.close();
        }
    }
}
