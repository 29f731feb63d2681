package org.batchmill.records.example;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.batchmill.records.DataException;

/**
 * The named lists of an Example (message tf.train.Features), looked up by name. Parsing notes where each list stands; values are
 * read when asked for. Wrong types give a {@link DataException} that names the feature. Immutable.
 */
public final class Features {

    private static final int ENTRY = 1;
    private static final int KEY = 1;
    private static final int VALUE = 2;

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
        Feature feature = byName.get(name);
        return feature == null ? Optional.empty() : single(feature, feature.bytes());
    }

    /** The single byte string of a feature as UTF-8; empty if it is not there, an empty list or an empty string. */
    public Optional<String> text(String name) throws DataException {
        return bytes(name)
                .filter(ByteBuffer::hasRemaining)
                .map(value -> StandardCharsets.UTF_8.decode(value).toString());
    }

    /** The single integer of a feature; empty if it is not there or an empty list. */
    public OptionalLong int64(String name) throws DataException {
        Feature feature = byName.get(name);
        if (feature == null) {
            return OptionalLong.empty();
        }
        long[] values = feature.int64s();
        checkSingle(feature, values.length);
        return values.length == 0 ? OptionalLong.empty() : OptionalLong.of(values[0]);
    }

    private static <T> Optional<T> single(Feature feature, List<T> values) throws DataException {
        checkSingle(feature, values.size());
        return values.stream().findFirst();
    }

    private static void checkSingle(Feature feature, int count) throws DataException {
        if (count > 1) {
            throw feature.damaged("it holds " + count + " values, not one");
        }
    }

    /** One entry of a protocol buffer map from names to messages. */
    record MapEntry(String key, ByteBuffer value) {

        static MapEntry parse(ByteBuffer message, String where) throws DataException {
            WireReader reader = new WireReader(message, where);
            String key = "";
            ByteBuffer value = ByteBuffer.allocate(0);
            while (reader.next()) {
                switch (reader.field()) {
                    case KEY ->
                        key = StandardCharsets.UTF_8.decode(reader.bytes()).toString();
                    case VALUE -> value = reader.bytes();
                    default -> reader.skip();
                }
            }
            return new MapEntry(key, value);
        }

        static int size(int keyBytes, int valueBytes) {
            return WireWriter.fieldSize(keyBytes) + WireWriter.fieldSize(valueBytes);
        }

        /** Writes an entry with its tag, as the entry field of its map. */
        static void put(ByteBuffer target, byte[] key, ByteBuffer value) {
            WireWriter.putHeader(target, ENTRY, size(key.length, value.remaining()));
            WireWriter.putHeader(target, KEY, key.length);
            target.put(key);
            WireWriter.putHeader(target, VALUE, value.remaining());
            target.put(value.duplicate());
        }
    }
}
