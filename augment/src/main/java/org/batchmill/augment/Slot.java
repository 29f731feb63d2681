package org.batchmill.augment;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.batchmill.augment.pixels.OffHeap;
import org.batchmill.augment.pixels.PixelBuffer;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.batches.ImageMapping;
import org.batchmill.records.SampleId;
import org.bytedeco.opencv.opencv_core.Mat;

/** The memory of one batch and everything that is known of its rows; used for one batch after the other. */
final class Slot implements AutoCloseable {

    final BatchShape shape;
    final SampleId[] ids;
    final RowLabels[] labels;
    final ImageMapping[] mappings;
    int size;
    int firstRow;
    int totalRows;

    /** From 0, in the order in which the pool made them. */
    final int number;

    /** All of it. */
    private final ByteBuffer memory;
    /** Frees the memory if it is ours. */
    private final Runnable free;

    private final long address;
    private final Mat[] rows;
    private final Mat[] planes;

    private Slot(BatchShape shape, int number, ByteBuffer memory, long address, Runnable free) {
        this.shape = shape;
        this.number = number;
        this.memory = memory;
        this.address = address;
        this.free = free;
        this.ids = new SampleId[shape.rows()];
        this.labels = new RowLabels[shape.rows()];
        this.mappings = new ImageMapping[shape.rows()];
        this.rows = new Mat[shape.rows()];
        for (int row = 0; row < shape.rows(); row++) {
            labels[row] = new RowLabels();
            rows[row] = view(row);
        }
        this.planes = shape.format() == Batch.Format.FLOAT32_NCHW ? planes() : new Mat[0];
    }

    /** In memory of its own. */
    static Slot of(BatchShape shape, int number, BufferAllocator allocator) {
        int bytes = shape.rows() * shape.rowBytes();
        ArrowBuf taken = OffHeap.take(allocator, bytes);
        return new Slot(shape, number, taken.nioBuffer(0, bytes), taken.memoryAddress(), taken::close);
    }

    /**
     * In memory of somebody else's.
     *
     * @param memory direct, from its position on
     */
    static Slot over(BatchShape shape, int number, ByteBuffer memory) {
        ByteBuffer its = memory.slice(memory.position(), shape.rows() * shape.rowBytes());
        return new Slot(shape, number, its, MemoryUtil.getByteBufferAddress(its), () -> {});
    }

    private Mat[] planes() {
        Mat[] all = new Mat[shape.rows() * shape.channels()];
        long bytes = (long) shape.height() * shape.width() * Float.BYTES;
        for (int i = 0; i < all.length; i++) {
            all[i] = PixelBuffer.matAt(address + i * bytes, shape.height(), shape.width(), CV_32FC1);
        }
        return all;
    }

    /** A row as OpenCV sees it; of planes, all of them one above the other. */
    Mat row(int row) {
        return rows[row];
    }

    /** One channel of a row of planes. */
    Mat plane(int row, int channel) {
        return planes[row * shape.channels() + channel];
    }

    private Mat view(int row) {
        long its = address + (long) row * shape.rowBytes();
        int height = shape.height();
        int width = shape.width();
        int channels = shape.channels();
        return switch (shape.format()) {
            case UINT8_NHWC -> PixelBuffer.matAt(its, height, width, CV_8UC(channels));
            case FLOAT32_NHWC -> PixelBuffer.matAt(its, height, width, CV_32FC(channels));
            case FLOAT32_NCHW -> PixelBuffer.matAt(its, height * channels, width, CV_32FC1);
        };
    }

    ByteBuffer bytes(int firstRow, int count) {
        return memory.slice(firstRow * shape.rowBytes(), count * shape.rowBytes())
                .order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        for (Mat row : rows) {
            row.close();
        }
        for (Mat plane : planes) {
            plane.close();
        }
        free.run();
    }
}
