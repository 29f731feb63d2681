package org.batchmill.train.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.protobuf.WireReader;

/** Reads a TensorProto: its name at once, its values when they are asked for. */
final class OnnxTensorReader {

    private static final int FLOAT = 1;
    private static final int INT32 = 6;
    private static final int INT64 = 7;
    private static final int BOOL = 9;
    private static final int DOUBLE = 11;
    private static final int EXTERNAL = 1;
    private static final int MOST_AXES = 16;

    private final String file;
    private final OnnxIntegers dimensions = new OnnxIntegers();
    private final OnnxIntegers integers = new OnnxIntegers();
    private float[] floats = new float[0];
    private int floatCount;
    private ByteBuffer raw;
    private ByteBuffer doubles;
    private long type;
    private boolean external;
    private String name = "";

    OnnxTensorReader(ByteBuffer bytes, String file) throws DataException {
        this.file = file;
        WireReader reader = new WireReader(bytes, file);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> dimensions.add(reader, file);
                case 2 -> type = OnnxIntegers.one(reader);
                case 4 -> addFloats(reader.type() == WireReader.FIXED32 ? reader.number() : reader.bytes());
                case 5, 7 -> integers.add(reader, file);
                case 8 -> name = StandardCharsets.UTF_8.decode(reader.bytes()).toString();
                case 9 -> raw = reader.bytes();
                case 10 -> doubles = reader.bytes();
                case 13 -> {
                    external = true;
                    reader.skip();
                }
                case 14 -> external |= OnnxIntegers.one(reader) == EXTERNAL;
                default -> reader.skip();
            }
        }
    }

    private void addFloats(ByteBuffer bytes) {
        int more = bytes.remaining() / Float.BYTES;
        if (floatCount + more > floats.length) {
            floats = Arrays.copyOf(floats, Math.max(floatCount + more, 2 * floats.length));
        }
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats, floatCount, more);
        floatCount += more;
    }

    String name() {
        return name;
    }

    /** @throws DataException if the values are elsewhere, of another type, or not as many as the dimensions say */
    OnnxTensor read() throws DataException {
        if (external) {
            throw new DataException(
                    Kind.UNSUPPORTED,
                    file,
                    what() + " is kept in another file: save the model with all its data in one");
        }
        if (dimensions.count() > MOST_AXES) {
            throw new DataException(Kind.CORRUPT, file, what() + " has " + dimensions.count() + " axes");
        }
        List<Long> axes = LongStream.of(dimensions.toArray()).boxed().toList();
        OnnxTensor tensor =
                switch ((int) type) {
                    case FLOAT -> OnnxTensor.of(axes, raw == null ? Arrays.copyOf(floats, floatCount) : rawFloats());
                    case DOUBLE -> OnnxTensor.of(axes, rawDoubles(raw == null ? doubles : raw));
                    case INT64 -> OnnxTensor.ofIntegers(axes, raw == null ? integers.toArray() : rawLongs());
                    case INT32 -> OnnxTensor.ofIntegers(axes, raw == null ? integers.toArray() : rawInts());
                    case BOOL -> OnnxTensor.ofIntegers(axes, raw == null ? integers.toArray() : rawBytes());
                    default ->
                        throw new DataException(
                                Kind.UNSUPPORTED,
                                file,
                                what() + " is of ONNX's type " + type + ", not of floats or integers");
                };
        requireSize(tensor);
        return tensor;
    }

    private String what() {
        return name.isEmpty() ? "a constant" : "constant " + name;
    }

    private void requireSize(OnnxTensor tensor) throws DataException {
        long wanted = 1;
        for (long dimension : tensor.dimensions()) {
            if (dimension < 0 || dimension > Integer.MAX_VALUE || wanted * dimension > Integer.MAX_VALUE) {
                throw new DataException(Kind.CORRUPT, file, what() + " has a dimension of " + dimension);
            }
            wanted *= dimension;
        }
        if (wanted != tensor.size()) {
            throw new DataException(
                    Kind.CORRUPT, file, what() + " of " + tensor.dimensions() + " holds " + tensor.size() + " numbers");
        }
    }

    private float[] rawFloats() {
        float[] values = new float[raw.remaining() / Float.BYTES];
        raw.asFloatBuffer().get(values);
        return values;
    }

    private static float[] rawDoubles(ByteBuffer bytes) {
        float[] values = new float[bytes == null ? 0 : bytes.remaining() / Double.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) bytes.getDouble(i * Double.BYTES);
        }
        return values;
    }

    private long[] rawLongs() {
        long[] values = new long[raw.remaining() / Long.BYTES];
        raw.asLongBuffer().get(values);
        return values;
    }

    private long[] rawInts() {
        long[] values = new long[raw.remaining() / Integer.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = raw.getInt(i * Integer.BYTES);
        }
        return values;
    }

    private long[] rawBytes() {
        long[] values = new long[raw.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = raw.get(i);
        }
        return values;
    }
}
