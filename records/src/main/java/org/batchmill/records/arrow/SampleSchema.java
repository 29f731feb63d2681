package org.batchmill.records.arrow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * The columns. A row has one kind of content and at most one kind of label; the columns of the others are null.
 *
 * <pre>
 *   id        utf8            the sample's id
 *   image     binary          an encoded image
 *   pixels    binary          pixels, row by row, channels innermost
 *   height    int32           of the pixels
 *   width     int32           of the pixels
 *   channels  int32           of the pixels
 *   features  list&lt;float&gt;     a row of a table
 *   boxes     list&lt;struct&lt;class: utf8, xmin, ymin, xmax, ymax: float, difficult, truncated, crowd: bool&gt;&gt;
 *   class     utf8            one class for the whole image
 *   steering  float
 *   targets   list&lt;float&gt;
 *   other     binary          a tf.train.Example of the features of a record that no column says
 * </pre>
 *
 * Files of the time before crowds have no {@code crowd}. The schema's metadata holds the classes in label order, as a JSON list, under
 * {@code batchmill.classes}.
 */
final class SampleSchema {

    static final String ID = "id";
    static final String IMAGE = "image";
    static final String PIXELS = "pixels";
    static final String HEIGHT = "height";
    static final String WIDTH = "width";
    static final String CHANNELS = "channels";
    static final String FEATURES = "features";
    static final String BOXES = "boxes";
    static final String CLASS = "class";
    static final String STEERING = "steering";
    static final String TARGETS = "targets";
    static final String OTHER = "other";

    static final String XMIN = "xmin";
    static final String YMIN = "ymin";
    static final String XMAX = "xmax";
    static final String YMAX = "ymax";
    static final String DIFFICULT = "difficult";
    static final String TRUNCATED = "truncated";
    static final String CROWD = "crowd";

    static final String CLASSES_KEY = "batchmill.classes";
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    private static final ArrowType INT = new ArrowType.Int(32, true);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<Field> COLUMNS = List.of(
            new Field(ID, FieldType.notNullable(ArrowType.Utf8.INSTANCE), null),
            column(IMAGE, ArrowType.Binary.INSTANCE),
            column(PIXELS, ArrowType.Binary.INSTANCE),
            column(HEIGHT, INT),
            column(WIDTH, INT),
            column(CHANNELS, INT),
            list(FEATURES, column("item", FLOAT)),
            list(BOXES, box()),
            column(CLASS, ArrowType.Utf8.INSTANCE),
            column(STEERING, FLOAT),
            list(TARGETS, column("item", FLOAT)),
            column(OTHER, ArrowType.Binary.INSTANCE));

    private SampleSchema() {}

    private static Field column(String name, ArrowType type, Field... children) {
        return new Field(name, FieldType.nullable(type), List.of(children));
    }

    private static Field list(String name, Field item) {
        return column(name, ArrowType.List.INSTANCE, item);
    }

    private static Field box() {
        return column(
                "item",
                ArrowType.Struct.INSTANCE,
                column(CLASS, ArrowType.Utf8.INSTANCE),
                column(XMIN, FLOAT),
                column(YMIN, FLOAT),
                column(XMAX, FLOAT),
                column(YMAX, FLOAT),
                column(DIFFICULT, ArrowType.Bool.INSTANCE),
                column(TRUNCATED, ArrowType.Bool.INSTANCE),
                column(CROWD, ArrowType.Bool.INSTANCE));
    }

    static Schema of(List<String> classes) {
        String names = JSON.valueToTree(classes).toString();
        return new Schema(COLUMNS, Map.of(CLASSES_KEY, names));
    }

    /** @param names what stands under {@link #CLASSES_KEY}; null if nothing does */
    static List<String> classes(String names, String where) throws DataException {
        List<String> classes = new ArrayList<>();
        try {
            for (JsonNode name : JSON.readTree(names == null ? "[]" : names)) {
                classes.add(name.asText());
            }
        } catch (JsonProcessingException e) {
            throw new DataException(Kind.CORRUPT, where, "the metadata " + CLASSES_KEY + " is no JSON", e);
        }
        return classes;
    }

    /**
     * Checks that a file has columns of these names and types, each once; it may have more.
     *
     * @throws DataException if it is another kind of file
     */
    static void check(List<FieldLayout> fields, String where) throws DataException {
        for (Field wanted : COLUMNS) {
            List<FieldLayout> found = fields.stream()
                    .filter(field -> field.name().equals(wanted.getName()))
                    .toList();
            if (found.size() != 1) {
                String times = found.isEmpty() ? "no column " : found.size() + " columns ";
                throw new DataException(Kind.UNSUPPORTED, where, "the Arrow schema has " + times + wanted.getName());
            }
            if (!sameType(wanted, found.get(0))) {
                throw new DataException(
                        Kind.UNSUPPORTED,
                        where,
                        "column " + wanted.getName() + " is " + describe(found.get(0)) + ", where " + wanted
                                + " is needed");
            }
        }
    }

    /** The names of a list's items differ between writers, and mean nothing. */
    private static boolean sameType(Field wanted, FieldLayout found) {
        List<Field> wantedChildren = wanted.getChildren();
        int children = found.children().size();
        boolean beforeCrowds = children == wantedChildren.size() - 1
                && !wantedChildren.isEmpty()
                && wantedChildren.get(children).getName().equals(CROWD);
        if (!typeName(wanted.getType()).equals(found.type()) || (children != wantedChildren.size() && !beforeCrowds)) {
            return false;
        }
        for (int i = 0; i < children; i++) {
            if (!sameType(wantedChildren.get(i), found.children().get(i))) {
                return false;
            }
        }
        return true;
    }

    private static String describe(FieldLayout field) {
        List<String> children =
                field.children().stream().map(SampleSchema::describe).toList();
        return field.type() + (children.isEmpty() ? "" : "<" + String.join(", ", children) + ">");
    }

    /** As {@link FieldLayout#type()}. */
    private static String typeName(ArrowType type) {
        return type.equals(FLOAT)
                ? "float"
                : type.equals(INT) ? "int32" : type.getTypeID().name().toLowerCase(Locale.ROOT);
    }
}
