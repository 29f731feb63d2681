package org.batchmill.records.example;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

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
    private final ByteBuffer list;

    private Feature(String name, String where, Type type, ByteBuffer list) {
        this.name = name;
        this.where = where;
        this.type = type;
        this.list = list;
    }

    /** From a tf.train.Feature message; if it holds several lists, the last counts. */
    static Feature parse(String name, ByteBuffer message, String where) throws DataException {
        WireReader reader = new WireReader(message, where);
        Type type = Type.NONE;
        ByteBuffer list = ByteBuffer.allocate(0);
        while (reader.next()) {
            Type found = Type.of(reader.field());
            if (found == Type.NONE) {
                reader.skip();
            } else {
                list = type == found ? joined(list, reader.bytes()) : reader.bytes();
                type = found;
            }
        }
        return new Feature(name, where, type, list);
    }

    /** Two lists of one type in one feature are one list, as protocol buffers merge them. */
    private static ByteBuffer joined(ByteBuffer first, ByteBuffer second) {
        ByteBuffer both = ByteBuffer.allocate(first.remaining() + second.remaining());
        return both.put(first.duplicate()).put(second).flip();
    }

    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    /**
     * The byte strings, as read-only views.
     *
     * @throws DataException if it is a list of something else; the message names the feature
     */
    public List<ByteBuffer> bytes() throws DataException {
        WireReader reader = reader(Type.BYTES);
        List<ByteBuffer> values = new ArrayList<>();
        while (reader.next()) {
            if (reader.field() == VALUE) {
                values.add(reader.bytes().asReadOnlyBuffer());
            } else {
                reader.skip();
            }
        }
        return values;
    }

    /** As {@link #bytes()}, decoded as UTF-8. */
    public List<String> texts() throws DataException {
        List<String> values = new ArrayList<>();
        for (ByteBuffer value : bytes()) {
            values.add(StandardCharsets.UTF_8.decode(value).toString());
        }
        return values;
    }

    /**
     * The floats.
     *
     * @throws DataException if it is a list of something else; the message names the feature
     */
    public float[] floats() throws DataException {
        WireReader reader = reader(Type.FLOAT);
        float[] values = new float[list.remaining() / Float.BYTES];
        int count = 0;
        while (reader.next()) {
            if (reader.field() == VALUE && reader.type() == WireReader.FIXED32) {
                values[count++] = reader.fixed32();
            } else if (reader.field() == VALUE) {
                ByteBuffer packed = reader.bytes();
                if (packed.remaining() % Float.BYTES != 0) {
                    throw damaged("its packed list of " + packed.remaining() + " bytes ends inside a float");
                }
                int length = packed.remaining() / Float.BYTES;
                packed.asFloatBuffer().get(values, count, length);
                count += length;
            } else {
                reader.skip();
            }
        }
        return Arrays.copyOf(values, count);
    }

    /**
     * The integers.
     *
     * @throws DataException if it is a list of something else; the message names the feature
     */
    public long[] int64s() throws DataException {
        WireReader reader = reader(Type.INT64);
        long[] values = new long[list.remaining()];
        int count = 0;
        while (reader.next()) {
            if (reader.field() == VALUE && reader.type() == WireReader.VARINT) {
                values[count++] = reader.varint();
            } else if (reader.field() == VALUE) {
                WireReader packed = new WireReader(reader.bytes(), place());
                while (packed.hasRemaining()) {
                    values[count++] = packed.varint();
                }
            } else {
                reader.skip();
            }
        }
        return Arrays.copyOf(values, count);
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
        return type == other.type && (list.equals(other.list) || message().equals(other.message()));
    }

    private WireReader reader(Type wanted) throws DataException {
        if (type != wanted && type != Type.NONE) {
            throw damaged("it is " + type.words + ", not " + wanted.words);
        }
        return new WireReader(list, place());
    }

    private String place() {
        return where + ": feature " + name;
    }

    DataException damaged(String reason) {
        return new DataException(Kind.CORRUPT, place(), reason);
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
