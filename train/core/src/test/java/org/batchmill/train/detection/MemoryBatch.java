package org.batchmill.train.detection;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.batchmill.batches.Batch;
import org.batchmill.batches.ImageMapping;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleId;

/** RGB bytes with labels, made by a test. */
public record MemoryBatch(ByteBuffer bytes, int height, int width, List<Labels> labels) implements Batch {

    @Override
    public int size() {
        return labels.size();
    }

    @Override
    public int capacity() {
        return labels.size();
    }

    @Override
    public int channels() {
        return 3;
    }

    @Override
    public Format format() {
        return Format.UINT8_NHWC;
    }

    @Override
    public ByteBuffer pixels() {
        return bytes.duplicate().order(ByteOrder.nativeOrder());
    }

    @Override
    public SampleId id(int row) {
        return new SampleId("drawn#" + row);
    }

    @Override
    public Labels labels(int row) {
        return labels.get(row);
    }

    @Override
    public ImageMapping mapping(int row) {
        return ImageMapping.stretched(width, height);
    }

    @Override
    public void close() {
        // The bytes belong to the test.
    }
}
