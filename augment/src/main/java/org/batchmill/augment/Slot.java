package org.batchmill.augment;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
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

    private final ArrowBuf memory;
    private final Mat[] rows;
    private final Mat[] planes;

    Slot(BatchShape shape, BufferAllocator allocator) {
        this.shape = shape;
        this.memory = OffHeap.take(allocator, (long) shape.rows() * shape.rowBytes());
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

    private Mat[] planes() {
        Mat[] all = new Mat[shape.rows() * shape.channels()];
        long bytes = (long) shape.height() * shape.width() * Float.BYTES;
        for (int i = 0; i < all.length; i++) {
            all[i] = PixelBuffer.matAt(memory.memoryAddress() + i * bytes, shape.height(), shape.width(), CV_32FC1);
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
        long address = memory.memoryAddress() + (long) row * shape.rowBytes();
        int height = shape.height();
        int width = shape.width();
        int channels = shape.channels();
        return switch (shape.format()) {
            case UINT8_NHWC -> PixelBuffer.matAt(address, height, width, CV_8UC(channels));
            case FLOAT32_NHWC -> PixelBuffer.matAt(address, height, width, CV_32FC(channels));
            case FLOAT32_NCHW -> PixelBuffer.matAt(address, height * channels, width, CV_32FC1);
        };
    }

    ByteBuffer bytes(int firstRow, int count) {
        return memory.nioBuffer((long) firstRow * shape.rowBytes(), count * shape.rowBytes())
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
        memory.close();
    }
}
