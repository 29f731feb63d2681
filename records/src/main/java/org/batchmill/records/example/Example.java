package org.batchmill.records.example;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.batchmill.records.DataException;
import org.batchmill.records.protobuf.WireReader;
import org.batchmill.records.protobuf.WireWriter;

/**
 * The message tf.train.Example: {@code features = 1} holds named lists of byte strings, floats or integers. Read with {@link
 * #parse}, written with {@link #builder()}.
 */
public final class Example {

    private static final int FEATURES = 1;

    private Example() {}

    /**
     * Finds the features of a message without copying any.
     *
     * @param message from position to limit; must not be changed while the features are in use
     * @param where   what errors call the record
     * @throws DataException if it is not such a message
     */
    public static Features parse(ByteBuffer message, String where) throws DataException {
        WireReader reader = new WireReader(message, where);
        Features features = Features.none();
        while (reader.next()) {
            if (reader.field() == FEATURES) {
                features.merge(reader.bytes(), where);
            } else {
                reader.skip();
            }
        }
        return features;
    }

    /** Starts an empty Example. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects features; the same features give the same bytes, whatever their order. Used by one thread at a time. */
    public static final class Builder {

        private final FeatureMap features = new FeatureMap();

        private Builder() {}

        /** A list of byte strings, each from position to limit. */
        public Builder bytes(String name, List<ByteBuffer> values) {
            features.put(name, Feature.ofBytes(values));
            return this;
        }

        /** One byte string, from position to limit, which is not to be changed before the message is built. */
        public Builder bytes(String name, ByteBuffer value) {
            features.put(name, Feature.ofBytes(value));
            return this;
        }

        /** A list of strings, in UTF-8. */
        public Builder texts(String name, List<String> values) {
            return bytes(
                    name,
                    values.stream()
                            .map(value -> ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
                            .toList());
        }

        /** One string, in UTF-8. */
        public Builder text(String name, String value) {
            return texts(name, List.of(value));
        }

        public Builder floats(String name, float... values) {
            features.put(name, Feature.ofFloats(values));
            return this;
        }

        public Builder int64s(String name, long... values) {
            features.put(name, Feature.ofInt64s(values));
            return this;
        }

        /** A feature of another Example, with its values. */
        Builder feature(Feature feature) throws DataException {
            features.put(feature.name(), feature.message());
            return this;
        }

        /** One integer for each flag, 1 for true. */
        Builder flags(String name, boolean... values) {
            long[] numbers = new long[values.length];
            Arrays.setAll(numbers, i -> values[i] ? 1 : 0);
            return int64s(name, numbers);
        }

        /** The message, in a buffer of its own. */
        public ByteBuffer build() {
            return build(ByteBuffer::allocate);
        }

        /** The message, in {@code memory} for at least as many bytes as it is given. */
        ByteBuffer build(IntFunction<ByteBuffer> memory) {
            ByteBuffer message = memory.apply(WireWriter.fieldSize(features.size()));
            features.put(message, FEATURES);
            return message.flip();
        }
    }
}
