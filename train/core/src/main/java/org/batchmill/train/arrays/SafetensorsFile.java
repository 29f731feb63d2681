package org.batchmill.train.arrays;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.InputFile;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;

/**
 * Arrays by name in safetensors: u64 N, N bytes of JSON (name to dtype, shape and place), the arrays. As the format demands, the
 * arrays must fill the rest of the file without holes or overlaps. F32 is written; F16, BF16, F32 and F64 are read.
 */
public final class SafetensorsFile {

    /** The limit of the format's own reader. */
    private static final long LARGEST_HEADER = 100_000_000;

    private static final int BLOCK = 1 << 20;
    private static final String METADATA = "__metadata__";
    private static final ObjectMapper JSON =
            new ObjectMapper(JsonFactory.builder().build().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));

    private SafetensorsFile() {}

    /** An array's place in the file, from the end of the header. */
    private record Entry(String name, FloatDecoder decoder, List<Integer> dimensions, long begin, long end) {}

    /** Writes the arrays in place of what stood there. */
    public static void write(Path file, Map<String, NamedArray> arrays) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Map.Entry<String, NamedArray> array : arrays.entrySet()) {
            ObjectNode entry = header.putObject(array.getKey());
            entry.put("dtype", "F32");
            ArrayNode shape = entry.putArray("shape");
            array.getValue().dimensions().forEach(shape::add);
            long end = offset + (long) array.getValue().values().length * Float.BYTES;
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(padded).put(json);
        while (start.hasRemaining()) {
            start.put((byte) ' ');
        }
        try (PendingFile out = Storage.of(file).create(file)) {
            out.write(start.flip());
            ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
            for (NamedArray array : arrays.values()) {
                for (float value : array.values()) {
                    if (!block.hasRemaining()) {
                        out.write(block.flip());
                        block.clear();
                    }
                    block.putFloat(value);
                }
            }
            out.write(block.flip());
            out.commit();
        }
    }

    /** @throws DataException naming file and array, if it is damaged or holds other numbers */
    public static Map<String, NamedArray> read(Path file) throws IOException {
        try (InputFile in = InputFile.open(file)) {
            long headerLength = ByteBuffer.wrap(read(in, 0, 8, file))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
            if (headerLength < 0 || headerLength > LARGEST_HEADER) {
                throw new DataException(
                        DataException.Kind.TOO_LARGE,
                        file.toString(),
                        "a header of " + Long.toUnsignedString(headerLength) + " bytes");
            }
            if (8 + headerLength > in.size()) {
                throw new DataException(DataException.Kind.TRUNCATED, file.toString(), "ends inside the header");
            }
            String json = new String(read(in, 8, (int) headerLength, file), StandardCharsets.UTF_8);
            List<Entry> entries = entries(json, in.size() - 8 - headerLength, file);
            Map<String, NamedArray> arrays = new LinkedHashMap<>();
            for (Entry entry : entries) {
                arrays.put(entry.name(), array(in, 8 + headerLength, entry, file));
            }
            return arrays;
        }
    }

    private static List<Entry> entries(String json, long dataLength, Path file) throws DataException {
        JsonNode header;
        try {
            header = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw corrupt(file.toString(), "its header is no JSON: " + e.getOriginalMessage());
        }
        if (!header.isObject()) {
            throw corrupt(file.toString(), "its header is no JSON object");
        }
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (!field.getKey().equals(METADATA)) {
                entries.add(entry(field.getKey(), field.getValue(), file + ": " + field.getKey()));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long expected = 0;
        for (Entry entry : entries) {
            if (entry.begin() != expected) {
                throw corrupt(file + ": " + entry.name(), "begins at byte " + entry.begin() + ", not at " + expected);
            }
            expected = entry.end();
        }
        if (expected > dataLength) {
            throw new DataException(
                    DataException.Kind.TRUNCATED,
                    file.toString(),
                    "its arrays need " + expected + " bytes, there are " + dataLength);
        }
        if (expected < dataLength) {
            throw corrupt(file.toString(), dataLength - expected + " bytes belong to no array");
        }
        return entries;
    }

    private static Entry entry(String name, JsonNode json, String where) throws DataException {
        if (!json.path("dtype").isTextual()) {
            throw corrupt(where, "the header does not say of which type its values are");
        }
        FloatDecoder decoder =
                switch (json.path("dtype").asText()) {
                    case "F16" -> FloatDecoder.HALF;
                    case "BF16" -> FloatDecoder.BFLOAT;
                    case "F32" -> FloatDecoder.SINGLE;
                    case "F64" -> FloatDecoder.DOUBLE;
                    default ->
                        throw new DataException(
                                DataException.Kind.UNSUPPORTED,
                                where,
                                "holds values of type " + json.path("dtype")
                                        + "; only floating-point numbers are read");
                };
        JsonNode shape = json.path("shape");
        if (!shape.isArray()) {
            throw corrupt(where, "the header does not say of which shape it is");
        }
        List<Integer> dimensions = new ArrayList<>();
        long count = 1;
        for (JsonNode dimension : shape) {
            if (!dimension.isIntegralNumber() || !dimension.canConvertToInt() || dimension.intValue() < 0) {
                throw corrupt(where, "a dimension of " + dimension);
            }
            dimensions.add(dimension.intValue());
            count *= dimension.intValue();
            if (count > Integer.MAX_VALUE - 8) {
                throw corrupt(where, "a shape of more than 2^31 values");
            }
        }
        JsonNode offsets = json.path("data_offsets");
        if (offsets.size() != 2 || !isLong(offsets.path(0)) || !isLong(offsets.path(1))) {
            throw corrupt(where, "has no place in the file");
        }
        long begin = offsets.path(0).longValue();
        long end = offsets.path(1).longValue();
        if (begin < 0 || end - begin != count * decoder.size) {
            throw corrupt(where, "its shape " + dimensions + " does not fit bytes " + begin + " to " + end);
        }
        return new Entry(name, decoder, dimensions, begin, end);
    }

    private static boolean isLong(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToLong();
    }

    private static NamedArray array(InputFile in, long start, Entry entry, Path file) throws IOException {
        int count = (int) ((entry.end() - entry.begin()) / entry.decoder().size);
        float[] values = new float[count];
        int each = BLOCK / entry.decoder().size;
        for (int from = 0; from < count; from += each) {
            int here = Math.min(each, count - from);
            long position = start + entry.begin() + (long) from * entry.decoder().size;
            ByteBuffer bytes = ByteBuffer.wrap(read(in, position, here * entry.decoder().size, file))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < here; i++) {
                values[from + i] = entry.decoder().next(bytes);
            }
        }
        return new NamedArray(entry.dimensions(), values);
    }

    private static byte[] read(InputFile in, long position, int length, Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (in.read(bytes, position + bytes.position()) < 0) {
                throw new DataException(DataException.Kind.TRUNCATED, file.toString(), "ends at byte " + in.size());
            }
        }
        return bytes.array();
    }

    private static DataException corrupt(String where, String reason) {
        return new DataException(DataException.Kind.CORRUPT, where, reason);
    }
}
