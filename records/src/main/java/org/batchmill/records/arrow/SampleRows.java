package org.batchmill.records.arrow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;

/** Makes samples of the rows of one record batch. Only reads, so many threads may share it. */
final class SampleRows {

    /** How the bytes of a row leave the batch: copied, or as a view of the mapped file. */
    @FunctionalInterface
    interface Bytes {
        ByteBuffer take(ArrowBuf buffer, long offset, int length);
    }

    private final VectorSchemaRoot root;
    private final Bytes bytes;

    SampleRows(VectorSchemaRoot root, Bytes bytes) {
        this.root = root;
        this.bytes = bytes;
    }

    int count() {
        return root.getRowCount();
    }

    /**
     * @throws DataException if the row makes no sample
     */
    Sample read(int row, String where) throws DataException {
        try {
            SampleId id = new SampleId(text((VarCharVector) vector(SampleSchema.ID), row));
            return new Sample(id, content(row, where), labels(row));
        } catch (IndexOutOfBoundsException | IllegalArgumentException | NullPointerException e) {
            throw new DataException(Kind.CORRUPT, where, "a column is damaged: " + e.getMessage(), e);
        }
    }

    /** The Example of what no column says; empty if there is none. */
    Optional<ByteBuffer> other(int row, String where) throws DataException {
        try {
            return Optional.ofNullable(binary(SampleSchema.OTHER, row));
        } catch (IndexOutOfBoundsException e) {
            throw new DataException(Kind.CORRUPT, where, "a column is damaged: " + e.getMessage(), e);
        }
    }

    private Content content(int row, String where) throws DataException {
        ByteBuffer image = binary(SampleSchema.IMAGE, row);
        if (image != null) {
            return new Content.EncodedImage(image);
        }
        ByteBuffer pixels = binary(SampleSchema.PIXELS, row);
        if (pixels != null) {
            return new Content.RawImage(
                    pixels,
                    integer(SampleSchema.HEIGHT, row),
                    integer(SampleSchema.WIDTH, row),
                    integer(SampleSchema.CHANNELS, row));
        }
        if (!vector(SampleSchema.FEATURES).isNull(row)) {
            return new Content.Features(floats(SampleSchema.FEATURES, row));
        }
        throw new DataException(Kind.MISSING, where, "the row has neither a picture nor features");
    }

    private Labels labels(int row) {
        if (!vector(SampleSchema.BOXES).isNull(row)) {
            return new Labels.Boxes(boxes(row));
        }
        if (!vector(SampleSchema.CLASS).isNull(row)) {
            return new Labels.ClassLabel(text((VarCharVector) vector(SampleSchema.CLASS), row));
        }
        if (!vector(SampleSchema.STEERING).isNull(row)) {
            return new Labels.Steering(((Float4Vector) vector(SampleSchema.STEERING)).get(row));
        }
        if (!vector(SampleSchema.TARGETS).isNull(row)) {
            return new Labels.Targets(floats(SampleSchema.TARGETS, row));
        }
        return Labels.NONE;
    }

    private List<Box> boxes(int row) {
        ListVector list = (ListVector) vector(SampleSchema.BOXES);
        StructVector structs = (StructVector) list.getDataVector();
        List<Box> boxes = new ArrayList<>();
        for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
            boxes.add(new Box(
                    text(structs.getChild(SampleSchema.CLASS, VarCharVector.class), i),
                    structs.getChild(SampleSchema.XMIN, Float4Vector.class).get(i),
                    structs.getChild(SampleSchema.YMIN, Float4Vector.class).get(i),
                    structs.getChild(SampleSchema.XMAX, Float4Vector.class).get(i),
                    structs.getChild(SampleSchema.YMAX, Float4Vector.class).get(i),
                    structs.getChild(SampleSchema.DIFFICULT, BitVector.class).get(i) != 0,
                    structs.getChild(SampleSchema.TRUNCATED, BitVector.class).get(i) != 0));
        }
        return boxes;
    }

    private FieldVector vector(String column) {
        return root.getVector(column);
    }

    private int integer(String column, int row) {
        return ((IntVector) vector(column)).get(row);
    }

    private static String text(VarCharVector vector, int row) {
        return new String(vector.get(row), StandardCharsets.UTF_8);
    }

    private ByteBuffer binary(String column, int row) {
        VarBinaryVector vector = (VarBinaryVector) vector(column);
        if (vector.isNull(row)) {
            return null;
        }
        int start = vector.getStartOffset(row);
        int length = vector.getEndOffset(row) - start;
        vector.getDataBuffer().checkBytes(start, start + (long) length);
        return bytes.take(vector.getDataBuffer(), start, length);
    }

    private float[] floats(String column, int row) {
        ListVector list = (ListVector) vector(column);
        Float4Vector items = (Float4Vector) list.getDataVector();
        int start = list.getElementStartIndex(row);
        float[] values = new float[list.getElementEndIndex(row) - start];
        for (int i = 0; i < values.length; i++) {
            values[i] = items.get(start + i);
        }
        return values;
    }
}
