package org.batchmill.records.example;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.batchmill.records.protobuf.WireWriter;

/**
 * Messages by name, written as a protocol buffer map in the order of their names: the same content gives the same bytes. A message may be in
 * parts, which are copied only when it is written.
 */
final class FeatureMap {

    private final SortedMap<String, ByteBuffer[]> messages = new TreeMap<>();

    /** @param message its parts, each from position to limit; they are not to be changed before the map is written */
    void put(String name, ByteBuffer... message) {
        messages.put(name, message);
    }

    int size() {
        int size = 0;
        for (Map.Entry<String, ByteBuffer[]> entry : messages.entrySet()) {
            int key = entry.getKey().getBytes(StandardCharsets.UTF_8).length;
            size += WireWriter.fieldSize(Features.MapEntry.size(key, Features.MapEntry.bytes(entry.getValue())));
        }
        return size;
    }

    /** Writes the map as field {@code field} of the message around it. */
    void put(ByteBuffer target, int field) {
        WireWriter.putHeader(target, field, size());
        for (Map.Entry<String, ByteBuffer[]> entry : messages.entrySet()) {
            Features.MapEntry.put(target, entry.getKey().getBytes(StandardCharsets.UTF_8), entry.getValue());
        }
    }
}
