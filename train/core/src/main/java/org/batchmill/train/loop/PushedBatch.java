package org.batchmill.train.loop;

import java.nio.ByteBuffer;
import java.util.List;
import org.batchmill.batches.Batch;
import org.batchmill.batches.ImageMapping;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleId;

/**
 * A batch that a worker learnt elsewhere: it has no rows here.
 *
 * @param totalRows that the worker learnt
 * @param format    as the network takes it
 */
record PushedBatch(int totalRows, Format format) implements Batch {

    @Override
    public int size() {
        return 0;
    }

    @Override
    public int capacity() {
        return 0;
    }

    @Override
    public int height() {
        return 0;
    }

    @Override
    public int width() {
        return 0;
    }

    @Override
    public int channels() {
        return 0;
    }

    @Override
    public ByteBuffer pixels() {
        return ByteBuffer.allocateDirect(0);
    }

    @Override
    public SampleId id(int row) {
        throw new IndexOutOfBoundsException(row);
    }

    @Override
    public Labels labels(int row) {
        throw new IndexOutOfBoundsException(row);
    }

    @Override
    public List<Labels> labels() {
        return List.of();
    }

    @Override
    public ImageMapping mapping(int row) {
        throw new IndexOutOfBoundsException(row);
    }

    @Override
    public void close() {}
}
