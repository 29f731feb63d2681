package org.batchmill.flight;

import java.io.IOException;
import java.lang.ref.Reference;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.BackpressureStrategy.CallbackBackpressureStrategy;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.batchmill.batches.served.ConsumerLine.RowRange;

/**
 * What is said and given on one call. No more than one batch is on its way: the next is written when the one before has left. Used by one
 * thread.
 */
final class StreamedRows implements AutoCloseable {

    private static final int LOOK_MILLIS = 200;
    private static final RowRange NONE = new RowRange(0, 0);

    private final BufferAllocator allocator;
    private final ServerStreamListener call;
    private final BatchColumns columns;
    private final Schema schema;
    private final BackpressureStrategy room = new CallbackBackpressureStrategy();
    private VectorSchemaRoot root;
    private volatile boolean stopped;

    StreamedRows(BufferAllocator allocator, ServerStreamListener call, BatchColumns columns, Schema schema) {
        this.allocator = allocator;
        this.call = call;
        this.columns = columns;
        this.schema = schema;
        room.register(call);
    }

    /** Says something beside the rows. */
    void say(String line) throws IOException {
        awaitRoom();
        try {
            call.putMetadata(metadata(line));
        } catch (FlightRuntimeException | IllegalStateException e) {
            throw gone(e);
        }
    }

    /** Gives no rows, in a record batch: readers that skip what is said beside rows see it. */
    void end(String line) throws IOException {
        give(line, ByteBuffer.allocate(0), NONE, List.of());
    }

    /** Gives rows, which were copied when this returns. */
    void give(String line, ByteBuffer slot, RowRange rows, List<String> ids) throws IOException {
        awaitRoom();
        try {
            if (root == null) {
                root = VectorSchemaRoot.create(schema, allocator);
                call.start(root);
            }
            try (ArrowRecordBatch batch = columns.rows(allocator, slot, rows, ids)) {
                new VectorLoader(root).load(batch);
            }
            call.putNext(metadata(line));
            root.clear();
        } catch (FlightRuntimeException | IllegalStateException e) {
            throw gone(e);
        } finally {
            Reference.reachabilityFence(slot);
        }
    }

    private ArrowBuf metadata(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        ArrowBuf metadata = allocator.buffer(bytes.length);
        metadata.writeBytes(bytes);
        return metadata;
    }

    /** Waits until what was written has left. */
    void awaitRoom() throws IOException {
        while (!stopped) {
            switch (room.waitForListener(LOOK_MILLIS)) {
                case READY -> {
                    return;
                }
                case CANCELLED -> throw gone(null);
                default -> {
                    // The consumer does not read at present.
                }
            }
        }
        throw gone(null);
    }

    boolean gone() {
        return stopped || call.isCancelled();
    }

    /** Has the call end soon: the server does. May be called by any thread. */
    void stop() {
        stopped = true;
    }

    private static SocketException gone(Throwable cause) {
        SocketException gone = new SocketException("the consumer is gone");
        gone.initCause(cause);
        return gone;
    }

    @Override
    public void close() {
        if (root != null) {
            root.close();
        }
    }
}
