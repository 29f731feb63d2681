package org.batchmill.batches.served;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.UsageException;

/**
 * An array of a batch, as it lies in each slot of a ring: rows one behind the other, C order, in the byte order of the machine. Immutable.
 *
 * @param name     what it is
 * @param type     of its elements
 * @param rowShape of one row; empty for one element a row
 * @param offset   of its first byte in the slot
 */
public record RingArray(String name, Type type, List<Integer> rowShape, long offset) {

    /** The types of elements, called as NumPy calls them. */
    public enum Type {
        UINT8("uint8", 1),
        INT64("int64", Long.BYTES),
        FLOAT32("float32", Float.BYTES),
        FLOAT64("float64", Double.BYTES);

        private final String word;
        private final int bytes;

        Type(String word, int bytes) {
            this.word = word;
            this.bytes = bytes;
        }

        /** Of an element. */
        public int bytes() {
            return bytes;
        }

        /** Its name. */
        public String word() {
            return word;
        }
    }

    /** Where arrays begin: at multiples of what a processor loads at once. */
    static final int ALIGNMENT = 64;

    public RingArray {
        rowShape = List.copyOf(rowShape);
    }

    /** The first multiple of 64 at or behind an offset: where the next array may begin. */
    public static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Elements of one row. */
    public int rowElements() {
        int elements = 1;
        for (int extent : rowShape) {
            elements = Math.multiplyExact(elements, extent);
        }
        return elements;
    }

    /** Bytes of one row. */
    public long rowBytes() {
        return (long) type.bytes * rowElements();
    }

    /** The offset of the first byte behind so many rows. */
    public long end(int rows) {
        return offset + rows * rowBytes();
    }

    /** Some of its rows in a slot, in native byte order; a new view. */
    public ByteBuffer in(ByteBuffer slot, int fromRow, int rows) {
        return slot.slice(Math.toIntExact(offset + fromRow * rowBytes()), Math.toIntExact(rows * rowBytes()))
                .order(ByteOrder.nativeOrder());
    }

    /**
     * As {@link #toJson()} has it.
     *
     * @throws UsageException if its elements are of a type that is not known here
     */
    public static RingArray parse(JsonNode json) {
        List<Integer> row = new ArrayList<>();
        json.path("row").forEach(extent -> row.add(extent.asInt()));
        String word = json.path("type").asText();
        Type type = Arrays.stream(Type.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new UsageException("the server has arrays of " + word + ", which are not known here"));
        return new RingArray(
                json.path("name").asText(), type, row, json.path("offset").asLong());
    }

    /** As JSON has it. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("type", type.word);
        json.put("row", rowShape);
        json.put("offset", offset);
        return json;
    }
}
