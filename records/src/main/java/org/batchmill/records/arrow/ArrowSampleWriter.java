package org.batchmill.records.arrow;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;

/**
 * Writes samples as an Arrow IPC file or stream. A file gets its name in {@link #finish()}; closed without it, nothing is left.
 * Used by one thread at a time.
 */
public final class ArrowSampleWriter implements Closeable {

    /** A batch is written when it holds this many rows or bytes: what a reader needs at once, and what is kept here. */
    private static final int BATCH_ROWS = 1024;

    private static final long BATCH_BYTES = 32 << 20;

    private final PendingFile file;
    private final BufferAllocator allocator = ArrowMemory.allocator();
    private final VectorSchemaRoot root;
    private final ArrowWriter writer;
    private final ContentColumns contentColumns = new ContentColumns();
    private final LabelColumns labelColumns = new LabelColumns();
    private int rows;
    private long bytes;
    private long count;

    private ArrowSampleWriter(PendingFile file, WritableByteChannel channel, List<String> classes, boolean stream)
            throws IOException {
        this.file = file;
        this.root = VectorSchemaRoot.create(SampleSchema.of(classes), allocator);
        this.writer = stream ? new ArrowStreamWriter(root, null, channel) : new ArrowFileWriter(root, null, channel);
        writer.start();
    }

    /** Starts a file that appears under its name when {@link #finish()} is called. */
    public static ArrowSampleWriter create(Path target, List<String> classes) throws IOException {
        return create(Storage.of(target).create(target), classes);
    }

    /** As {@link #create(Path, List)}, into a file that is closed with the writer. */
    public static ArrowSampleWriter create(PendingFile file, List<String> classes) throws IOException {
        try {
            return new ArrowSampleWriter(file, file, classes, false);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Writes the stream format to a channel, which is closed with the writer. */
    public static ArrowSampleWriter stream(WritableByteChannel channel, List<String> classes) throws IOException {
        return new ArrowSampleWriter(null, channel, classes, true);
    }

    /** Appends a sample. */
    public void write(Sample sample) throws IOException {
        write(sample, null);
    }

    /** Appends a sample and an Example of what else its record said; null if nothing. */
    public void write(Sample sample, ByteBuffer other) throws IOException {
        text(SampleSchema.ID).setSafe(rows, sample.id().value().getBytes(StandardCharsets.UTF_8));
        sample.content().accept(contentColumns);
        sample.labels().accept(labelColumns);
        if (other != null) {
            binary(SampleSchema.OTHER, other);
        }
        rows++;
        count++;
        if (rows == BATCH_ROWS || bytes >= BATCH_BYTES) {
            writeBatch();
        }
    }

    /** Puts what a sample shows into the columns of the next row. */
    private final class ContentColumns implements Content.Visitor<Void, IOException> {

        @Override
        public Void encodedImage(Content.EncodedImage image) throws IOException {
            binary(SampleSchema.IMAGE, image.bytes());
            return null;
        }

        @Override
        public Void rawImage(Content.RawImage image) throws IOException {
            binary(SampleSchema.PIXELS, image.pixels());
            integer(SampleSchema.HEIGHT, image.height());
            integer(SampleSchema.WIDTH, image.width());
            integer(SampleSchema.CHANNELS, image.channels());
            return null;
        }

        @Override
        public Void features(Content.Features row) {
            floats(SampleSchema.FEATURES, row.values());
            return null;
        }
    }

    /** Puts what is known of a sample into the columns of the next row. */
    private final class LabelColumns implements Labels.Visitor<Void, RuntimeException> {

        @Override
        public Void unlabelled(Labels.Unlabelled labels) {
            return null;
        }

        @Override
        public Void boxes(Labels.Boxes labels) {
            put(labels.boxes());
            return null;
        }

        @Override
        public Void classLabel(Labels.ClassLabel label) {
            text(SampleSchema.CLASS).setSafe(rows, label.className().getBytes(StandardCharsets.UTF_8));
            return null;
        }

        @Override
        public Void own(Labels.Own labels) {
            throw new UsageException("labels of a program's own kind are not stored");
        }

        @Override
        public Void mixedClasses(Labels.MixedClasses labels) {
            throw new UsageException("what augmentation mixed is not stored");
        }

        @Override
        public Void steering(Labels.Steering label) {
            ((Float4Vector) root.getVector(SampleSchema.STEERING)).setSafe(rows, label.angle());
            return null;
        }

        @Override
        public Void targets(Labels.Targets labels) {
            floats(SampleSchema.TARGETS, labels.values());
            return null;
        }
    }

    private void put(List<Box> boxes) {
        ListVector list = (ListVector) root.getVector(SampleSchema.BOXES);
        StructVector structs = (StructVector) list.getDataVector();
        int at = list.startNewValue(rows);
        for (Box box : boxes) {
            structs.setIndexDefined(at);
            structs.getChild(SampleSchema.CLASS, VarCharVector.class)
                    .setSafe(at, box.className().getBytes(StandardCharsets.UTF_8));
            structs.getChild(SampleSchema.XMIN, Float4Vector.class).setSafe(at, box.xmin());
            structs.getChild(SampleSchema.YMIN, Float4Vector.class).setSafe(at, box.ymin());
            structs.getChild(SampleSchema.XMAX, Float4Vector.class).setSafe(at, box.xmax());
            structs.getChild(SampleSchema.YMAX, Float4Vector.class).setSafe(at, box.ymax());
            structs.getChild(SampleSchema.DIFFICULT, BitVector.class).setSafe(at, box.difficult() ? 1 : 0);
            structs.getChild(SampleSchema.TRUNCATED, BitVector.class).setSafe(at, box.truncated() ? 1 : 0);
            structs.getChild(SampleSchema.CROWD, BitVector.class).setSafe(at, box.crowd() ? 1 : 0);
            at++;
        }
        list.endValue(rows, boxes.size());
    }

    private void binary(String column, ByteBuffer value) throws IOException {
        if (bytes + value.remaining() > Integer.MAX_VALUE) {
            throw new IOException("a batch of more than 2 GiB cannot be written; the largest image is too large");
        }
        bytes += value.remaining();
        ((VarBinaryVector) root.getVector(column)).setSafe(rows, value, value.position(), value.remaining());
    }

    private void integer(String column, int value) {
        ((IntVector) root.getVector(column)).setSafe(rows, value);
    }

    private void floats(String column, float[] values) {
        ListVector list = (ListVector) root.getVector(column);
        Float4Vector items = (Float4Vector) list.getDataVector();
        int at = list.startNewValue(rows);
        for (float value : values) {
            items.setSafe(at++, value);
        }
        list.endValue(rows, values.length);
        bytes += (long) values.length * Float.BYTES;
    }

    private VarCharVector text(String column) {
        return (VarCharVector) root.getVector(column);
    }

    private void writeBatch() throws IOException {
        if (rows == 0) {
            return;
        }
        root.setRowCount(rows);
        writer.writeBatch();
        root.getFieldVectors().forEach(FieldVector::reset);
        rows = 0;
        bytes = 0;
    }

    /** How many samples were written. */
    public long count() {
        return count;
    }

    /** Ends the file or stream; a file gets its name. Nothing can be written afterwards. */
    public void finish() throws IOException {
        writeBatch();
        writer.end();
        if (file != null) {
            file.commit();
        }
    }

    /** Frees what it holds; a file that was not finished is discarded. */
    @Override
    public void close() throws IOException {
        try {
            root.close();
            allocator.close();
        } finally {
            if (file != null) {
                file.close();
            } else {
                writer.close();
            }
        }
    }
}
