package org.batchmill.train.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.batchmill.batches.Batch;
import org.batchmill.batches.ImageMapping;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleId;

/** Some rows of a batch, their pixels copied together. Valid as long as the batch, which its owner closes. */
final class ChosenRows implements Batch {

    private final Batch batch;
    private final int[] rows;
    private final ByteBuffer pixels;

    ChosenRows(Batch batch, int[] rows) {
        this.batch = batch;
        this.rows = rows;
        ByteBuffer all = batch.pixels();
        int rowBytes = all.remaining() / batch.size();
        this.pixels = ByteBuffer.allocateDirect(rows.length * rowBytes).order(ByteOrder.nativeOrder());
        for (int row : rows) {
            pixels.put(all.slice(all.position() + row * rowBytes, rowBytes));
        }
        pixels.flip();
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public int capacity() {
        return batch.capacity();
    }

    @Override
    public int height() {
        return batch.height();
    }

    @Override
    public int width() {
        return batch.width();
    }

    @Override
    public int channels() {
        return batch.channels();
    }

    @Override
    public Format format() {
        return batch.format();
    }

    @Override
    public ByteBuffer pixels() {
        return pixels.duplicate().order(ByteOrder.nativeOrder());
    }

    @Override
    public SampleId id(int row) {
        return batch.id(rows[row]);
    }

    @Override
    public Labels labels(int row) {
        return batch.labels(rows[row]);
    }

    @Override
    public List<Labels> labels() {
        return Arrays.stream(rows).mapToObj(batch::labels).toList();
    }

    @Override
    public ImageMapping mapping(int row) {
        return batch.mapping(rows[row]);
    }

    @Override
    public void close() {}
}
