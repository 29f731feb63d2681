package org.batchmill.records.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;

/** Makes samples of the rows of one record batch. Safe for use by many threads. */
final class SampleRows {

    private static final int FLOAT_BITS = 32;
    private static final int INT_BITS = 32;

    private final int rows;
    private final BatchLayout batch;
    private final Column.Body body;
    private final String where;
    private final Map<String, FieldLayout> fields = new HashMap<>();

    private final Column id;
    private final Column image;
    private final Column pixels;
    private final Column height;
    private final Column width;
    private final Column channels;
    private final Column features;
    private final Column featureItems;
    private final Column boxes;
    private final Column boxItems;
    private final Column boxClass;
    private final List<Column> edges;
    private final Column difficult;
    private final Column truncated;

    /** Null in files of the time before crowds. */
    private final Column crowd;

    private final Column className;
    private final Column steering;
    private final Column targets;
    private final Column targetItems;
    private final Column other;

    /**
     * @param fields of a schema that {@link SampleSchema#check} passed; columns beyond those of samples are left alone
     * @param where  what errors call the batch
     * @throws DataException if what stands in the buffers does not fit together
     */
    SampleRows(List<FieldLayout> fields, BatchLayout batch, Column.Body body, String where) throws IOException {
        this.rows = batch.rows();
        this.batch = batch;
        this.body = body;
        this.where = where;
        fields.forEach(field -> this.fields.put(field.name(), field));
        id = text(SampleSchema.ID);
        image = bytes(SampleSchema.IMAGE);
        pixels = bytes(SampleSchema.PIXELS);
        height = integers(SampleSchema.HEIGHT);
        width = integers(SampleSchema.WIDTH);
        channels = integers(SampleSchema.CHANNELS);
        features = lists(SampleSchema.FEATURES);
        featureItems = items(SampleSchema.FEATURES);
        boxes = lists(SampleSchema.BOXES);
        FieldLayout box = this.fields.get(SampleSchema.BOXES).children().get(0);
        boxItems = Column.ofStructures(box, batch, body, where);
        // By their order, which the check of the schema has compared.
        List<FieldLayout> members = box.children();
        boxClass = Column.ofText(members.get(0), batch, body, where);
        edges = List.of(reals(members.get(1)), reals(members.get(2)), reals(members.get(3)), reals(members.get(4)));
        difficult = Column.ofNumbers(members.get(5), batch, body, 1, where);
        truncated = Column.ofNumbers(members.get(6), batch, body, 1, where);
        crowd = members.size() == 7 ? null : Column.ofNumbers(members.get(7), batch, body, 1, where);
        className = text(SampleSchema.CLASS);
        steering = reals(this.fields.get(SampleSchema.STEERING));
        targets = lists(SampleSchema.TARGETS);
        targetItems = items(SampleSchema.TARGETS);
        other = bytes(SampleSchema.OTHER);
    }

    private Column text(String column) throws IOException {
        return Column.ofText(fields.get(column), batch, body, where);
    }

    private Column bytes(String column) throws IOException {
        return Column.ofBytes(fields.get(column), batch, body, where);
    }

    private Column integers(String column) throws IOException {
        return Column.ofNumbers(fields.get(column), batch, body, INT_BITS, where);
    }

    private Column reals(FieldLayout field) throws IOException {
        return Column.ofNumbers(field, batch, body, FLOAT_BITS, where);
    }

    private Column lists(String column) throws IOException {
        return Column.ofLists(fields.get(column), batch, body, where);
    }

    private Column items(String column) throws IOException {
        return Column.ofItems(fields.get(column).children().get(0), batch, body, where);
    }

    int count() {
        return rows;
    }

    /**
     * @throws DataException if the row makes no sample
     */
    Sample read(int row, String place) throws IOException {
        try {
            return new Sample(new SampleId(given(id, row, place).text(row)), content(row, place), labels(row, place));
        } catch (IllegalArgumentException e) {
            throw new DataException(Kind.CORRUPT, place, e.getMessage(), e);
        }
    }

    /** Hears that a row will be read soon. */
    void soon(int row) {
        if (!image.isNull(row)) {
            image.bytesSoon(row);
        } else if (!pixels.isNull(row)) {
            pixels.bytesSoon(row);
        } else if (!features.isNull(row)) {
            featureItems.realsSoon(features.start(row), features.end(row));
        }
        if (!targets.isNull(row)) {
            targetItems.realsSoon(targets.start(row), targets.end(row));
        }
    }

    /** The Example of what no column says; empty if there is none. */
    Optional<ByteBuffer> other(int row) throws IOException {
        return other.isNull(row) ? Optional.empty() : Optional.of(other.bytes(row));
    }

    private Content content(int row, String place) throws IOException {
        if (!image.isNull(row)) {
            return new Content.EncodedImage(image.bytes(row));
        }
        if (!pixels.isNull(row)) {
            return new Content.RawImage(
                    pixels.bytes(row),
                    given(height, row, place).integer(row),
                    given(width, row, place).integer(row),
                    given(channels, row, place).integer(row));
        }
        if (!features.isNull(row)) {
            return new Content.Features(featureItems.reals(features.start(row), features.end(row)));
        }
        throw new DataException(Kind.MISSING, place, "the row has neither an image nor features");
    }

    private Labels labels(int row, String place) throws IOException {
        if (!boxes.isNull(row)) {
            return new Labels.Boxes(boxes(row, place));
        }
        if (!className.isNull(row)) {
            return new Labels.ClassLabel(className.text(row));
        }
        if (!steering.isNull(row)) {
            return new Labels.Steering(steering.real(row));
        }
        if (!targets.isNull(row)) {
            return new Labels.Targets(targetItems.reals(targets.start(row), targets.end(row)));
        }
        return Labels.NONE;
    }

    private List<Box> boxes(int row, String place) throws DataException {
        List<Box> found = new ArrayList<>();
        for (int i = boxes.start(row); i < boxes.end(row); i++) {
            given(boxItems, i, place);
            given(boxClass, i, place);
            for (Column edge : edges) {
                given(edge, i, place);
            }
            found.add(new Box(
                    boxClass.text(i),
                    edges.get(0).real(i),
                    edges.get(1).real(i),
                    edges.get(2).real(i),
                    edges.get(3).real(i),
                    isTrue(difficult, i),
                    isTrue(truncated, i),
                    crowd != null && isTrue(crowd, i)));
        }
        return found;
    }

    private static boolean isTrue(Column column, int at) {
        return !column.isNull(at) && column.bit(at);
    }

    /** The column, whose value there must not be null. */
    private static Column given(Column column, int at, String place) throws DataException {
        if (column.isNull(at)) {
            throw new DataException(Kind.MISSING, place, "column " + column.name() + " is null at " + at);
        }
        return column;
    }
}
