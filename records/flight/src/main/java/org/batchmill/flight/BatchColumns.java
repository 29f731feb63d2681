package org.batchmill.flight;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.batchmill.batches.served.ConsumerLine.RowRange;
import org.batchmill.batches.served.RingArray;

/**
 * Batches as record batches: a column for each array, and {@code ids} behind them. A row of an array is a tensor of fixed shape, Arrow's
 * canonical extension {@code arrow.fixed_shape_tensor} on a list of fixed size; an array of one element a row is a plain column. Nothing is
 * null. Immutable.
 */
final class BatchColumns {

    static final String IDS = "ids";

    private static final String EXTENSION = "arrow.fixed_shape_tensor";

    private final List<RingArray> arrays;

    BatchColumns(List<RingArray> arrays) {
        this.arrays = List.copyOf(arrays);
    }

    Schema schema(Map<String, String> metadata) {
        List<Field> fields = new ArrayList<>();
        arrays.forEach(array -> fields.add(field(array)));
        fields.add(new Field(IDS, FieldType.notNullable(ArrowType.Utf8.INSTANCE), null));
        return new Schema(fields, metadata);
    }

    private static Field field(RingArray array) {
        FieldType element = FieldType.notNullable(type(array.type()));
        if (array.rowShape().isEmpty()) {
            return new Field(array.name(), element, null);
        }
        String shape =
                array.rowShape().stream().map(String::valueOf).collect(Collectors.joining(",", "{\"shape\":[", "]}"));
        FieldType tensor = new FieldType(
                false,
                new ArrowType.FixedSizeList(array.rowElements()),
                null,
                Map.of(
                        ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME,
                        EXTENSION,
                        ArrowType.ExtensionType.EXTENSION_METADATA_KEY_METADATA,
                        shape));
        return new Field(array.name(), tensor, List.of(new Field("item", element, null)));
    }

    private static ArrowType type(RingArray.Type type) {
        return switch (type) {
            case UINT8 -> new ArrowType.Int(8, false);
            case INT64 -> new ArrowType.Int(64, true);
            case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
        };
    }

    /**
     * Rows as they lie in a slot, which must not be written to as long as the record batch is used. The caller closes it.
     *
     * @param ids of the rows
     */
    ArrowRecordBatch rows(BufferAllocator allocator, ByteBuffer slot, RowRange range, List<String> ids) {
        List<ArrowFieldNode> nodes = new ArrayList<>();
        List<ArrowBuf> buffers = new ArrayList<>();
        int rows = range.count();
        try {
            for (RingArray array : arrays) {
                nodes.add(new ArrowFieldNode(rows, 0));
                buffers.add(allocator.getEmpty());
                if (!array.rowShape().isEmpty()) {
                    nodes.add(new ArrowFieldNode((long) rows * array.rowElements(), 0));
                    buffers.add(allocator.getEmpty());
                }
                buffers.add(rows == 0 ? allocator.getEmpty() : wrapped(allocator, array.in(slot, range.from(), rows)));
            }
            nodes.add(new ArrowFieldNode(rows, 0));
            buffers.add(allocator.getEmpty());
            addTexts(allocator, ids, buffers);
            return new ArrowRecordBatch(rows, nodes, buffers);
        } finally {
            buffers.forEach(ArrowBuf::close);
        }
    }

    private static ArrowBuf wrapped(BufferAllocator allocator, ByteBuffer memory) {
        ArrowBuf buffer = allocator.wrapForeignAllocation(
                new ForeignAllocation(memory.remaining(), MemoryUtil.getByteBufferAddress(memory)) {
                    @Override
                    protected void release0() {
                        // It is the ring's.
                    }
                });
        return buffer.writerIndex(memory.remaining());
    }

    private static void addTexts(BufferAllocator allocator, List<String> texts, List<ArrowBuf> buffers) {
        List<byte[]> encoded = texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        ArrowBuf offsets = allocator.buffer((texts.size() + 1L) * Integer.BYTES);
        buffers.add(offsets);
        int end = 0;
        offsets.writeInt(end);
        for (byte[] text : encoded) {
            end += text.length;
            offsets.writeInt(end);
        }
        ArrowBuf bytes = allocator.buffer(end);
        buffers.add(bytes);
        encoded.forEach(bytes::writeBytes);
    }

    /** Which of a record batch's buffers has the values of each column but {@code ids}: what is before them says where nulls are. */
    static Map<String, Integer> buffersOfValues(Schema schema) {
        Map<String, Integer> places = new HashMap<>();
        int next = 0;
        for (Field field : schema.getFields()) {
            boolean nested = field.getType() instanceof ArrowType.FixedSizeList;
            boolean texts = field.getType() instanceof ArrowType.Utf8;
            if (!texts) {
                places.put(field.getName(), next + (nested ? 2 : 1));
            }
            next += nested || texts ? 3 : 2;
        }
        return places;
    }
}
