package org.batchmill.records.example;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.protobuf.WireReader;
import org.batchmill.records.protobuf.WireWriter;

/**
 * The named lists of an Example (message tf.train.Features), looked up by name. Parsing notes where each list stands; values are
 * read when asked for. Wrong types give a {@link DataException} that names the feature. Immutable.
 */
public final class Features {

    private static final int ENTRY = 1;
    private static final int KEY = 1;
    private static final int VALUE = 2;

    /** No Example has more; what is noted of each feature is many times its smallest message. */
    static final int MOST_FEATURES = 1 << 16;

    private static final int LONGEST_NAME = 4096;

    private final Map<String, Feature> byName;

    private Features(Map<String, Feature> byName) {
        this.byName = byName;
    }

    static Features none() {
        return new Features(new LinkedHashMap<>());
    }

    /** Adds the lists of a message; where a name comes twice the later one counts, as in any protocol buffer map. */
    Features merge(ByteBuffer message, String where) throws DataException {
        WireReader reader = new WireReader(message, where);
        while (reader.next()) {
            if (reader.field() != ENTRY) {
                reader.skip();
                continue;
            }
            MapEntry entry = MapEntry.parse(reader.bytes(), where);
            byName.put(entry.key, Feature.parse(entry.key, entry.value, where));
            if (byName.size() > MOST_FEATURES) {
                throw new DataException(Kind.TOO_LARGE, where, "more than " + MOST_FEATURES + " features");
            }
        }
        return this;
    }

    /** The names, in the order of the message, which says nothing. */
    public Set<String> names() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    public Optional<Feature> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The single byte string of a feature, as a read-only view; empty if it is not there or an empty list. */
    public Optional<ByteBuffer> bytes(String name) throws DataException {
        Optional<Feature> feature = single(name, Feature.Type.BYTES);
        return feature.isPresent() ? Optional.of(feature.get().bytes().get(0)) : Optional.empty();
    }

    /** The single byte string of a feature as UTF-8; empty if it is not there, an empty list or an empty string. */
    public Optional<String> text(String name) throws DataException {
        return bytes(name)
                .filter(ByteBuffer::hasRemaining)
                .map(value -> StandardCharsets.UTF_8.decode(value).toString());
    }

    /** The single integer of a feature; empty if it is not there or an empty list. */
    public OptionalLong int64(String name) throws DataException {
        Optional<Feature> feature = single(name, Feature.Type.INT64);
        return feature.isPresent() ? OptionalLong.of(feature.get().int64s()[0]) : OptionalLong.empty();
    }

    /** A feature that holds one value; empty if it holds none or is not there. */
    private Optional<Feature> single(String name, Feature.Type type) throws DataException {
        Feature feature = byName.get(name);
        int count = feature == null ? 0 : feature.count(type);
        if (count > 1) {
            throw feature.damaged("it holds " + count + " values, not one");
        }
        return count == 0 ? Optional.empty() : Optional.of(feature);
    }

    /** One entry of a protocol buffer map from names to messages. */
    record MapEntry(String key, ByteBuffer value) {

        static MapEntry parse(ByteBuffer message, String where) throws DataException {
            WireReader reader = new WireReader(message, where);
            String key = "";
            ByteBuffer value = ByteBuffer.allocate(0);
            while (reader.next()) {
                switch (reader.field()) {
                    case KEY -> key = name(reader.bytes(), where);
                    case VALUE -> value = reader.bytes();
                    default -> reader.skip();
                }
            }
            return new MapEntry(key, value);
        }

        private static String name(ByteBuffer key, String where) throws DataException {
            if (key.remaining() > LONGEST_NAME) {
                throw new DataException(
                        Kind.TOO_LARGE, where, "the name of a feature has " + key.remaining() + " bytes");
            }
            return StandardCharsets.UTF_8.decode(key).toString();
        }

        static int size(int keyBytes, int valueBytes) {
            return WireWriter.fieldSize(keyBytes) + WireWriter.fieldSize(valueBytes);
        }

        /** The bytes of all parts of a value. */
        static int bytes(ByteBuffer[] value) {
            int bytes = 0;
            for (ByteBuffer part : value) {
                bytes += part.remaining();
            }
            return bytes;
        }

        /** Writes an entry with its tag, as the entry field of its map. */
        static void put(ByteBuffer target, byte[] key, ByteBuffer[] value) {
            int bytes = bytes(value);
            WireWriter.putHeader(target, ENTRY, size(key.length, bytes));
            WireWriter.putHeader(target, KEY, key.length);
            target.put(key);
            WireWriter.putHeader(target, VALUE, bytes);
            for (ByteBuffer part : value) {
                target.put(part.duplicate());
            }
        }
    }
}
