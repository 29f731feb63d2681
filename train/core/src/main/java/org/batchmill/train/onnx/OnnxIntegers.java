package org.batchmill.train.onnx;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.batchmill.records.DataException;
import org.batchmill.records.protobuf.WireReader;

/** Repeated integers, packed or not. */
final class OnnxIntegers {

    private long[] values = new long[4];
    private int count;

    /** The integer of a field. */
    static long one(WireReader reader) throws DataException {
        if (reader.type() != WireReader.VARINT) {
            throw reader.damaged("field " + reader.field() + " is no integer");
        }
        return reader.varint();
    }

    /** Adds what a field holds. */
    void add(WireReader reader, String file) throws DataException {
        if (reader.type() != WireReader.BYTES) {
            add(one(reader));
            return;
        }
        ByteBuffer packed = reader.bytes();
        WireReader numbers = new WireReader(packed, file);
        while (numbers.hasRemaining()) {
            add(numbers.varint());
        }
    }

    private void add(long value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    int count() {
        return count;
    }

    long[] toArray() {
        return Arrays.copyOf(values, count);
    }
}
