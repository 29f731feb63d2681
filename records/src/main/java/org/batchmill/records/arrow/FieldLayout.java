package org.batchmill.records.arrow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * A field of a schema, and which nodes and buffers of a record batch are its own: the first of each, counted over the whole schema
 * in depth-first order as Arrow's format lays them out.
 *
 * @param name     its name
 * @param type     {@code utf8}, {@code binary}, {@code int32}, {@code float}, {@code bool}, {@code list}, {@code struct}, or, for what
 *                 samples have no use for, the format's own name
 * @param children in order
 * @param node     of its row count
 * @param buffer   of its validity
 */
record FieldLayout(String name, String type, List<FieldLayout> children, int node, int buffer) {

    /** What a schema says: fields in order, how many nodes and buffers a batch has, and one value of the metadata (null if not there). */
    record Columns(List<FieldLayout> fields, int nodes, int buffers, String classes) {}

    /** As the buffers of {@code type} are counted: what a column of it takes in a batch, without those of its children. */
    private static int buffers(byte type) {
        return switch (type) {
            case Type.Null, Type.RunEndEncoded -> 0;
            case Type.Struct_, Type.FixedSizeList -> 1;
            case Type.Utf8, Type.Binary, Type.LargeUtf8, Type.LargeBinary, Type.ListView, Type.LargeListView -> 3;
            case Type.Int,
                    Type.FloatingPoint,
                    Type.Decimal,
                    Type.Date,
                    Type.Time,
                    Type.Timestamp,
                    Type.Interval,
                    Type.Duration,
                    Type.Bool,
                    Type.List,
                    Type.LargeList,
                    Type.Map,
                    Type.FixedSizeBinary -> 2;
            // Unions depend on the version, views on each batch; a number beyond these is of a newer format.
            default -> -1;
        };
    }

    /**
     * Reads a schema. Takes time and memory in proportion to the metadata, whatever it claims.
     *
     * @param bytes    the size of the metadata that holds the schema
     * @param metadata the key whose value is wanted
     * @throws DataException    if it has a structure that no writer makes, or cannot be read here
     * @throws RuntimeException if it points out of its metadata; the caller says where that stands
     */
    static Columns read(Schema schema, int bytes, String metadata, String where) throws DataException {
        Reader reader = new Reader(bytes, where);
        if (schema.endianness() != 0) {
            throw new DataException(Kind.UNSUPPORTED, where, "the Arrow columns are big-endian");
        }
        List<FieldLayout> fields = new ArrayList<>();
        for (int i = 0; i < reader.vector(schema.fieldsLength()); i++) {
            fields.add(reader.field(schema.fields(i), 0));
        }
        String value = null;
        for (int i = 0; i < reader.vector(schema.customMetadataLength()); i++) {
            KeyValue entry = schema.customMetadata(i);
            if (metadata.equals(reader.text(entry.keyAsByteBuffer()))) {
                value = reader.text(entry.valueAsByteBuffer());
            }
        }
        return new Columns(List.copyOf(fields), reader.nodes, reader.buffers, value);
    }

    /** Counts what it visits: a table may be pointed at many times, or point at itself. */
    private static final class Reader {

        private static final int MOST_FIELDS = 4096;
        private static final int MOST_LEVELS = 16;
        private static final int POINTER_BYTES = 4;
        /** Writers may share equal strings, which are then visited more than once. */
        private static final int MOST_VISITS = 16;

        private final int bytes;
        private final String where;
        private int nodes;
        private int buffers;
        private long text;

        Reader(int bytes, String where) {
            this.bytes = bytes;
            this.where = where;
        }

        FieldLayout field(Field field, int level) throws DataException {
            if (nodes == MOST_FIELDS || level == MOST_LEVELS) {
                throw new DataException(
                        Kind.TOO_LARGE,
                        where,
                        "the Arrow schema has more than " + MOST_FIELDS + " fields or " + MOST_LEVELS + " levels");
            }
            String name = text(field.nameAsByteBuffer());
            boolean dictionary = field.dictionary() != null;
            int own = dictionary ? buffers(Type.Int) : buffers(field.typeType());
            if (own < 0) {
                throw new DataException(
                        Kind.UNSUPPORTED, where, "the Arrow column " + name + " is of type " + typeName(field));
            }
            int node = nodes++;
            int buffer = buffers;
            buffers += own;
            List<FieldLayout> children = new ArrayList<>();
            // The children of a dictionary's field stand in the dictionary.
            int count = dictionary ? 0 : vector(field.childrenLength());
            for (int i = 0; i < count; i++) {
                children.add(field(field.children(i), level + 1));
            }
            return new FieldLayout(
                    name, dictionary ? "dictionary" : typeName(field), List.copyOf(children), node, buffer);
        }

        /** The length of a vector of tables, which are pointers of four bytes. */
        int vector(int length) throws DataException {
            if (length < 0 || length > bytes / POINTER_BYTES) {
                throw new DataException(
                        Kind.CORRUPT,
                        where,
                        "the Arrow schema claims " + Integer.toUnsignedString(length) + " entries");
            }
            return length;
        }

        String text(ByteBuffer utf8) throws DataException {
            if (utf8 == null) {
                return "";
            }
            text += utf8.remaining();
            if (text > (long) MOST_VISITS * bytes) {
                throw new DataException(Kind.TOO_LARGE, where, "the Arrow schema repeats its text too often");
            }
            return StandardCharsets.UTF_8.decode(utf8).toString();
        }
    }

    private static String typeName(Field field) {
        byte type = field.typeType();
        return switch (type) {
            case Type.Utf8 -> "utf8";
            case Type.Binary -> "binary";
            case Type.Bool -> "bool";
            case Type.List -> "list";
            case Type.Struct_ -> "struct";
            case Type.Int -> {
                Int number = (Int) field.type(new Int());
                yield (number.isSigned() ? "int" : "uint") + number.bitWidth();
            }
            case Type.FloatingPoint ->
                ((FloatingPoint) field.type(new FloatingPoint())).precision() == Precision.SINGLE ? "float" : "double";
            default -> type > 0 && type < Type.names.length ? Type.name(type) : "number " + type;
        };
    }
}
