package org.batchmill.train.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.batchmill.batches.Batch;
import org.batchmill.batches.ImageMapping;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.train.network.Shape;

/** Rows of numbers as a batch. Small and short-lived: the garbage collector frees it. */
final class ArrayBatch implements Batch {

    private final Shape shape;
    private final int capacity;
    private final List<Sample> rows;
    private final ByteBuffer values;

    ArrayBatch(Shape shape, int capacity, List<Sample> rows) {
        this.shape = shape;
        this.capacity = capacity;
        this.rows = List.copyOf(rows);
        this.values = ByteBuffer.allocateDirect(rows.size() * shape.size() * Float.BYTES)
                .order(ByteOrder.nativeOrder());
        for (Sample row : rows) {
            for (float value : ArrayBatches.values(row, shape)) {
                values.putFloat(value);
            }
        }
        values.flip();
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int height() {
        return shape.height();
    }

    @Override
    public int width() {
        return shape.width();
    }

    @Override
    public int channels() {
        return shape.channels();
    }

    @Override
    public Format format() {
        return Format.FLOAT32_NCHW;
    }

    @Override
    public ByteBuffer pixels() {
        return values.duplicate().order(ByteOrder.nativeOrder());
    }

    @Override
    public SampleId id(int row) {
        return rows.get(row).id();
    }

    @Override
    public Labels labels(int row) {
        return rows.get(row).labels();
    }

    @Override
    public List<Labels> labels() {
        return rows.stream().map(Sample::labels).toList();
    }

    @Override
    public ImageMapping mapping(int row) {
        return ImageMapping.stretched(shape.width(), shape.height());
    }

    @Override
    public void close() {}
}
