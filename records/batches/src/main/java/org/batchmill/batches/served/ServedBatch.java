package org.batchmill.batches.served;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.batchmill.batches.Batch;
import org.batchmill.batches.ImageMapping;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleId;

/**
 * A batch of a server, in memory that is shared with it or came from it, or the rows of one that a shard has. Read-only: whoever writes into it
 * ends with {@link java.nio.ReadOnlyBufferException}. What a box has beside edges, class and difficulty stays with the server, and so do crowds. After {@link
 * #close()} nothing of it may be read.
 */
public final class ServedBatch implements Batch {

    private final ServedBatches from;
    private final long number;
    private final long epoch;
    private final ServerLink.Rows rows;
    private final List<RingArray> arrays;
    private final int firstRow;
    private final int size;
    private final int capacity;
    private final List<String> classes;
    private final List<String> ids;
    private volatile boolean closed;

    ServedBatch(
            ServedBatches from,
            long number,
            long epoch,
            ServerLink.Rows rows,
            List<RingArray> arrays,
            int firstRow,
            int endRow,
            int capacity,
            List<String> classes,
            List<String> ids) {
        this.from = from;
        this.number = number;
        this.epoch = epoch;
        this.rows = rows;
        this.arrays = arrays;
        this.firstRow = firstRow;
        this.size = endRow - firstRow;
        this.capacity = capacity;
        this.classes = classes;
        this.ids = ids;
    }

    /** From 0, over all epochs. */
    public long number() {
        return number;
    }

    /** From 0. */
    public long epoch() {
        return epoch;
    }

    /**
     * The rows of an array, in native byte order, read-only.
     *
     * @return null if the batch has none of this name
     */
    public ByteBuffer array(String name) {
        return array(name, 0, size);
    }

    private ByteBuffer array(String name, int row, int count) {
        if (closed) {
            throw new IllegalStateException("the batch is closed");
        }
        for (RingArray array : arrays) {
            if (array.name().equals(name)) {
                return rows.of(array, row, count);
            }
        }
        return null;
    }

    private List<Integer> imageShape() {
        return arrays.get(0).rowShape();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int firstRow() {
        return firstRow;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int height() {
        return imageShape().size() == 1 ? 1 : imageShape().get(0);
    }

    @Override
    public int width() {
        return imageShape().size() == 1 ? imageShape().get(0) : imageShape().get(1);
    }

    @Override
    public int channels() {
        return imageShape().size() == 1 ? 1 : imageShape().get(2);
    }

    @Override
    public Format format() {
        return arrays.get(0).type() == RingArray.Type.UINT8 ? Format.UINT8_NHWC : Format.FLOAT32_NHWC;
    }

    @Override
    public ByteBuffer pixels() {
        return array("images");
    }

    @Override
    public SampleId id(int row) {
        return new SampleId(ids.get(row));
    }

    @Override
    public Labels labels(int row) {
        Objects.checkIndex(row, size);
        ByteBuffer counts = array("targets.counts", row, 1);
        if (counts != null) {
            return boxes(row, Math.toIntExact(counts.getLong(0)));
        }
        ByteBuffer values = array("targets.values", row, 1);
        if (values != null) {
            float[] numbers = new float[values.remaining() / Float.BYTES];
            values.asFloatBuffer().get(numbers);
            return new Labels.Targets(numbers);
        }
        ByteBuffer number = array("targets.classes", row, 1);
        return number == null ? Labels.NONE : classes(row, classes.get((int) number.getLong(0)));
    }

    private Labels classes(int row, String name) {
        ByteBuffer other = array("targets.others", row, 1);
        String second = other == null ? name : classes.get((int) other.getLong(0));
        return second.equals(name)
                ? new Labels.ClassLabel(name)
                : new Labels.MixedClasses(
                        name, second, array("targets.shares", row, 1).getFloat(0));
    }

    private Labels boxes(int row, int count) {
        FloatBuffer edges = array("targets.boxes", row, 1).asFloatBuffer();
        ByteBuffer numbers = array("targets.classes", row, 1);
        ByteBuffer difficult = array("targets.difficult", row, 1);
        List<Box> boxes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boxes.add(new Box(
                    classes.get((int) numbers.getLong(i * Long.BYTES)),
                    edges.get(),
                    edges.get(),
                    edges.get(),
                    edges.get(),
                    difficult.get(i) != 0,
                    false,
                    false));
        }
        return new Labels.Boxes(boxes);
    }

    @Override
    public List<Labels> labels() {
        List<Labels> all = new ArrayList<>(size);
        for (int row = 0; row < size; row++) {
            all.add(labels(row));
        }
        return all;
    }

    /** {@inheritDoc} Of rows of numbers it says nothing. */
    @Override
    public ImageMapping mapping(int row) {
        Objects.checkIndex(row, size);
        DoubleBuffer its = array("mapping", row, 1).asDoubleBuffer();
        return new ImageMapping((int) its.get(), (int) its.get(), its.get(), its.get(), its.get(), its.get());
    }

    /** Gives the memory back: what is shared, when the next batch is asked for. A second call does nothing. */
    @Override
    public void close() {
        closed = true;
        from.release(this);
        rows.close();
    }
}
