package org.batchmill.records.example;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.protobuf.WireReader;
import org.batchmill.records.protobuf.WireWriter;

/**
 * The message tf.train.SequenceExample: {@code context = 1} holds features of the whole sequence, {@code feature_lists = 2}
 * named lists with one feature a step. Immutable.
 *
 * @param context      features of the whole sequence
 * @param featureLists by name, one feature a step
 */
public record SequenceExample(Features context, Map<String, List<Feature>> featureLists) {

    private static final int CONTEXT = 1;
    private static final int FEATURE_LISTS = 2;
    private static final int ENTRY = 1;
    private static final int FEATURE = 1;

    /** No sequence has more; what is noted of each step is many times its smallest message. */
    private static final int MOST_STEPS = 1 << 20;

    /**
     * Finds the features of a message without copying any.
     *
     * @param message from position to limit; must not be changed while the features are in use
     * @param where   what errors call the record
     * @throws DataException if it is not such a message
     */
    public static SequenceExample parse(ByteBuffer message, String where) throws DataException {
        WireReader reader = new WireReader(message, where);
        Features context = Features.none();
        Map<String, List<Feature>> lists = new LinkedHashMap<>();
        while (reader.next()) {
            switch (reader.field()) {
                case CONTEXT -> context.merge(reader.bytes(), where);
                case FEATURE_LISTS -> parseLists(reader.bytes(), where, lists);
                default -> reader.skip();
            }
        }
        return new SequenceExample(context, lists);
    }

    private static void parseLists(ByteBuffer message, String where, Map<String, List<Feature>> lists)
            throws DataException {
        WireReader reader = new WireReader(message, where);
        while (reader.next()) {
            if (reader.field() != ENTRY) {
                reader.skip();
                continue;
            }
            Features.MapEntry entry = Features.MapEntry.parse(reader.bytes(), where);
            lists.put(entry.key(), parseList(entry, where));
            if (lists.size() > Features.MOST_FEATURES) {
                throw new DataException(
                        Kind.TOO_LARGE, where, "more than " + Features.MOST_FEATURES + " lists of features");
            }
        }
    }

    private static List<Feature> parseList(Features.MapEntry entry, String where) throws DataException {
        WireReader reader = new WireReader(entry.value(), where);
        List<Feature> steps = new ArrayList<>();
        while (reader.next()) {
            if (reader.field() == FEATURE) {
                if (steps.size() == MOST_STEPS) {
                    throw new DataException(
                            Kind.TOO_LARGE, where + ": feature " + entry.key(), "more than " + MOST_STEPS + " steps");
                }
                steps.add(Feature.parse(entry.key() + "[" + steps.size() + "]", reader.bytes(), where));
            } else {
                reader.skip();
            }
        }
        return steps;
    }

    /** Starts an empty sequence. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects features; the same features give the same bytes. Used by one thread at a time. */
    public static final class Builder {

        private final FeatureMap context = new FeatureMap();
        private final FeatureMap lists = new FeatureMap();

        private Builder() {}

        public Builder contextBytes(String name, List<ByteBuffer> values) {
            context.put(name, Feature.ofBytes(values));
            return this;
        }

        public Builder contextFloats(String name, float... values) {
            context.put(name, Feature.ofFloats(values));
            return this;
        }

        public Builder contextInt64s(String name, long... values) {
            context.put(name, Feature.ofInt64s(values));
            return this;
        }

        /** Byte strings for each step. */
        public Builder bytes(String name, List<List<ByteBuffer>> steps) {
            return list(name, steps.stream().map(Feature::ofBytes).toList());
        }

        /** Floats for each step. */
        public Builder floats(String name, List<float[]> steps) {
            return list(name, steps.stream().map(Feature::ofFloats).toList());
        }

        /** Integers for each step. */
        public Builder int64s(String name, List<long[]> steps) {
            return list(name, steps.stream().map(Feature::ofInt64s).toList());
        }

        private Builder list(String name, List<ByteBuffer> steps) {
            int size = steps.stream()
                    .mapToInt(step -> WireWriter.fieldSize(step.remaining()))
                    .sum();
            ByteBuffer message = ByteBuffer.allocate(size);
            for (ByteBuffer step : steps) {
                WireWriter.putHeader(message, FEATURE, step.remaining());
                message.put(step);
            }
            lists.put(name, message.flip());
            return this;
        }

        /** The message, in a buffer of its own. */
        public ByteBuffer build() {
            ByteBuffer message =
                    ByteBuffer.allocate(WireWriter.fieldSize(context.size()) + WireWriter.fieldSize(lists.size()));
            context.put(message, CONTEXT);
            lists.put(message, FEATURE_LISTS);
            return message.flip();
        }
    }
}
