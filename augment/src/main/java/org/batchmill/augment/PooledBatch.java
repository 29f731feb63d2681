package org.batchmill.augment;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.batches.Batch;
import org.batchmill.batches.ImageMapping;
import org.batchmill.queues.pipeline.BatchPart;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleId;

/**
 * A batch in a slot of a {@link BatchPool}. Rows are filled by the assembler's workers; after that the consumer reads and closes
 * it. Every use after {@link #close()} fails.
 */
public final class PooledBatch implements Batch {

    /** Where the slot goes back to; null if it is another batch's. */
    private final BatchPool pool;

    private Slot slot;

    PooledBatch(BatchPool pool, Slot slot) {
        this.pool = pool;
        this.slot = slot;
    }

    Slot theSlot() {
        if (slot == null) {
            throw new IllegalStateException("the batch is closed");
        }
        return slot;
    }

    /** Which of the pool's slots it lies in, from 0. */
    public int slot() {
        return theSlot().number;
    }

    void seal(BatchPart part) {
        Slot its = theSlot();
        its.size = part.rows();
        its.firstRow = part.firstRow();
        its.totalRows = part.totalRows();
    }

    /** The same rows as a batch of its own, whose closing leaves this one open. */
    PooledBatch again() {
        return new PooledBatch(null, theSlot());
    }

    @Override
    public int size() {
        return theSlot().size;
    }

    @Override
    public int firstRow() {
        return theSlot().firstRow;
    }

    @Override
    public int totalRows() {
        return theSlot().totalRows;
    }

    @Override
    public int capacity() {
        return theSlot().shape.rows();
    }

    @Override
    public int height() {
        return theSlot().shape.height();
    }

    @Override
    public int width() {
        return theSlot().shape.width();
    }

    @Override
    public int channels() {
        return theSlot().shape.channels();
    }

    @Override
    public Format format() {
        return theSlot().shape.format();
    }

    @Override
    public ByteBuffer pixels() {
        return theSlot().bytes(0, size());
    }

    @Override
    public SampleId id(int row) {
        return theSlot().ids[requireRow(row)];
    }

    @Override
    public Labels labels(int row) {
        return theSlot().labels[requireRow(row)].toLabels();
    }

    @Override
    public List<Labels> labels() {
        List<Labels> all = new ArrayList<>(size());
        for (int row = 0; row < size(); row++) {
            all.add(labels(row));
        }
        return all;
    }

    /** {@inheritDoc} Copies from the slot's arrays and makes no objects. */
    @Override
    public void boxes(int most, List<String> names, FloatBuffer coordinates, IntBuffer classes, IntBuffer counts) {
        for (int row = 0; row < size(); row++) {
            RowLabels labels = theSlot().labels[row];
            int count = 0;
            for (int i = 0; i < labels.count() && count < most; i++) {
                if (!labels.crowd(i)) {
                    int at = row * most + count++;
                    classes.put(at, names.indexOf(labels.name(i)));
                    labels.copyEdges(i, coordinates, at * 4);
                }
            }
            counts.put(row, count);
        }
    }

    @Override
    public ImageMapping mapping(int row) {
        return theSlot().mappings[requireRow(row)];
    }

    private int requireRow(int row) {
        if (row < 0 || row >= size()) {
            throw new IndexOutOfBoundsException("row " + row + " of a batch of " + size());
        }
        return row;
    }

    /** Returns the slot; a second call does nothing. */
    @Override
    public void close() {
        Slot returned = slot;
        slot = null;
        if (returned != null && pool != null) {
            pool.giveBack(returned);
        }
    }
}
