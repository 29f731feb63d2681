package org.batchmill.records.example;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.protobuf.WireReader;
import org.batchmill.records.protobuf.WireWriter;

/**
 * One named list of an Example: byte strings, floats or 64-bit integers. Values are parsed when asked for; byte strings are views
 * of the message. Packed and unpacked lists are read alike. Immutable.
 */
public final class Feature {

    /** What the list holds. The numbers are those of the fields in tf.train.Feature. */
    public enum Type {
        /** Nothing: the feature is there, but has no list. */
        NONE(0, "an empty feature"),
        BYTES(1, "a bytes list"),
        FLOAT(2, "a float list"),
        INT64(3, "an int64 list");

        private final int field;
        private final String words;

        Type(int field, String words) {
            this.field = field;
            this.words = words;
        }

        int field() {
            return field;
        }

        private static Type of(int field) {
            return field >= BYTES.field && field <= INT64.field ? values()[field] : NONE;
        }
    }

    private static final int VALUE = 1;

    private final String name;
    private final String where;
    private final Type type;

    /** The tf.train.Feature message from the first list that counts on. */
    private final ByteBuffer lists;

    private Feature(String name, String where, Type type, ByteBuffer lists) {
        this.name = name;
        this.where = where;
        this.type = type;
        this.lists = lists;
    }

    /** From a tf.train.Feature message; if it holds lists of several types, the last type counts. */
    static Feature parse(String name, ByteBuffer message, String where) throws DataException {
        WireReader reader = new WireReader(message, where);
        Type type = Type.NONE;
        ByteBuffer lists = ByteBuffer.allocate(0);
        for (ByteBuffer rest = reader.rest(); reader.next(); rest = reader.rest()) {
            Type found = Type.of(reader.field());
            if (found == Type.NONE) {
                reader.skip();
                continue;
            }
            reader.bytes();
            if (found != type) {
                type = found;
                lists = rest;
            }
        }
        return new Feature(name, where, type, lists);
    }

    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    /**
     * How many values it holds; nothing is kept of them.
     *
     * @throws DataException if its lists are damaged
     */
    public int count() throws DataException {
        int count = 0;
        for (Values values = new Values(); values.next(); ) {
            switch (type) {
                case FLOAT -> count += values.floats().remaining() / Float.BYTES;
                case INT64 -> count += WireReader.varints(values.varints());
                default -> {
                    values.list.bytes();
                    count++;
                }
            }
        }
        return count;
    }

    /** As {@link #count()}, for a list that must be of a type. */
    int count(Type wanted) throws DataException {
        check(wanted);
        return count();
    }

    /**
     * The byte strings, as read-only views.
     *
     * @throws DataException if it is a list of something else; the message names the feature
     */
    public List<ByteBuffer> bytes() throws DataException {
        check(Type.BYTES);
        List<ByteBuffer> found = new ArrayList<>();
        for (Values values = new Values(); values.next(); ) {
            found.add(values.list.bytes().asReadOnlyBuffer());
        }
        return found;
    }

    /**
     * As {@link #bytes()}, decoded as UTF-8.
     *
     * @throws DataException also if one is something else: names that differ would be one
     */
    public List<String> texts() throws DataException {
        List<String> values = new ArrayList<>();
        for (ByteBuffer value : bytes()) {
            try {
                values.add(StandardCharsets.UTF_8.newDecoder().decode(value).toString());
            } catch (CharacterCodingException e) {
                throw damaged("value " + values.size() + " is not text in UTF-8");
            }
        }
        return values;
    }

    /**
     * The floats.
     *
     * @throws DataException if it is a list of something else; the message names the feature
     */
    public float[] floats() throws DataException {
        FloatBuffer found = FloatBuffer.allocate(count(Type.FLOAT));
        for (Values values = new Values(); values.next(); ) {
            found.put(values.floats().asFloatBuffer());
        }
        return found.array();
    }

    /**
     * The integers.
     *
     * @throws DataException if it is a list of something else; the message names the feature
     */
    public long[] int64s() throws DataException {
        LongBuffer found = LongBuffer.allocate(count(Type.INT64));
        for (Values values = new Values(); values.next(); ) {
            WireReader packed = new WireReader(values.varints(), place());
            while (packed.hasRemaining()) {
                found.put(packed.varint());
            }
        }
        return found.array();
    }

    /** The message of this feature as we write it, whatever way it was packed. */
    ByteBuffer message() throws DataException {
        return switch (type) {
            case NONE -> ByteBuffer.allocate(0);
            case BYTES -> ofBytes(bytes());
            case FLOAT -> ofFloats(floats());
            case INT64 -> ofInt64s(int64s());
        };
    }

    /** Whether another feature is a list of the same type with the same values. */
    boolean sameValues(Feature other) throws DataException {
        return type == other.type && (lists.equals(other.lists) || message().equals(other.message()));
    }

    private void check(Type wanted) throws DataException {
        if (type != wanted && type != Type.NONE) {
            throw damaged("it is " + type.words + ", not " + wanted.words);
        }
    }

    private String place() {
        return where + ": feature " + name;
    }

    DataException damaged(String reason) {
        return new DataException(Kind.CORRUPT, place(), reason);
    }

    /** Goes from value to value, or packed list to packed list; lists one behind the other are one, as protocol buffers merge them. */
    private final class Values {

        private final String place = place(); // once: a message may have as many lists as bytes
        private final WireReader feature = new WireReader(lists, place);
        private WireReader list = new WireReader(ByteBuffer.allocate(0), place);

        boolean next() throws DataException {
            do {
                while (list.next()) {
                    if (list.field() == VALUE) {
                        return true;
                    }
                    list.skip();
                }
            } while (nextList());
            return false;
        }

        private boolean nextList() throws DataException {
            while (feature.next()) {
                if (feature.field() == type.field) {
                    list = new WireReader(feature.bytes(), place);
                    return true;
                }
                feature.skip();
            }
            return false;
        }

        /** One float, or a packed list of them. */
        ByteBuffer floats() throws DataException {
            ByteBuffer floats = list.type() == WireReader.FIXED32 ? list.number() : list.bytes();
            if (floats.remaining() % Float.BYTES != 0) {
                throw damaged("its packed list of " + floats.remaining() + " bytes ends inside a float");
            }
            return floats;
        }

        /** One integer, or a packed list of them. */
        ByteBuffer varints() throws DataException {
            return list.type() == WireReader.VARINT ? list.number() : list.bytes();
        }
    }

    /** The message that {@link #parse} reads, for byte strings. */
    static ByteBuffer ofBytes(List<ByteBuffer> values) {
        int size = 0;
        for (ByteBuffer value : values) {
            size += WireWriter.fieldSize(value.remaining());
        }
        ByteBuffer message = start(Type.BYTES, size);
        for (ByteBuffer value : values) {
            WireWriter.putHeader(message, VALUE, value.remaining());
            message.put(value.duplicate());
        }
        return message.flip();
    }

    /** As {@link #ofBytes(List)}, for one byte string, in two parts: the second is a view of the string, which may be large. */
    static ByteBuffer[] ofBytes(ByteBuffer value) {
        int length = value.remaining();
        ByteBuffer head = ByteBuffer.allocate(2 * (1 + WireWriter.LONGEST_VARINT));
        WireWriter.putHeader(head, Type.BYTES.field(), WireWriter.fieldSize(length));
        WireWriter.putHeader(head, VALUE, length);
        return new ByteBuffer[] {head.flip(), value.duplicate()};
    }

    /** The message that {@link #parse} reads, for floats, packed. */
    static ByteBuffer ofFloats(float[] values) {
        int packed = Math.multiplyExact(values.length, Float.BYTES);
        ByteBuffer message = startPacked(Type.FLOAT, packed).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            message.putFloat(value);
        }
        return message.flip();
    }

    /** The message that {@link #parse} reads, for integers, packed. */
    static ByteBuffer ofInt64s(long[] values) {
        int packed = 0;
        for (long value : values) {
            packed += WireWriter.varintSize(value);
        }
        ByteBuffer message = startPacked(Type.INT64, packed);
        for (long value : values) {
            WireWriter.putVarint(message, value);
        }
        return message.flip();
    }

    private static ByteBuffer startPacked(Type type, int packed) {
        ByteBuffer message = start(type, packed == 0 ? 0 : WireWriter.fieldSize(packed));
        if (packed > 0) {
            WireWriter.putHeader(message, VALUE, packed);
        }
        return message;
    }

    private static ByteBuffer start(Type type, int size) {
        ByteBuffer message = ByteBuffer.allocate(WireWriter.fieldSize(size));
        WireWriter.putHeader(message, type.field(), size);
        return message;
    }
}
