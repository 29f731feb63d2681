package org.batchmill.flight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.batchmill.batches.served.RingArray;
import org.batchmill.batches.served.ServerLink;

/** Rows as they came, in memory of this process, until they are closed. */
final class ReceivedRows implements ServerLink.Rows {

    private final Map<String, ArrowBuf> columns;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ReceivedRows(Map<String, ArrowBuf> columns) {
        this.columns = columns;
    }

    /** Of a record batch, which is still the caller's: the memory is kept for as long as either needs it. */
    static ReceivedRows of(ArrowRecordBatch batch, Schema schema, BufferAllocator memory) {
        Map<String, ArrowBuf> columns = new HashMap<>();
        BatchColumns.buffersOfValues(schema).forEach((name, place) -> {
            ArrowBuf values = batch.getBuffers().get(place);
            columns.put(name, values.getReferenceManager().retain(values, memory));
        });
        return new ReceivedRows(columns);
    }

    @Override
    public ByteBuffer of(RingArray array, int from, int rows) {
        return columns.get(array.name())
                .nioBuffer(from * array.rowBytes(), Math.toIntExact(rows * array.rowBytes()))
                .asReadOnlyBuffer()
                .order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            columns.values().forEach(ArrowBuf::close);
        }
    }
}
