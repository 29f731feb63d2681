package org.batchmill.flight;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.batchmill.batches.served.BatchServer;

/**
 * The calls of a server: {@code DoExchange} for consumers that say what they have finished, {@code DoGet} for readers, {@code GetFlightInfo} and
 * {@code ListFlights} for whoever looks around. Safe for use by many threads.
 */
final class BatchProducer extends NoOpFlightProducer implements AutoCloseable {

    /** Consumers at a time: each has a batch on its way and two threads. */
    static final int MOST = 32;

    static final CallStatus STOPPED = CallStatus.UNAVAILABLE.withDescription("the server is being stopped");

    private static final long UNKNOWN = -1;

    private final BatchServer server;
    private final BufferAllocator allocator;
    private final BatchColumns columns;
    private final Schema schema;
    private final Semaphore places = new Semaphore(MOST);
    private final AtomicLong calls = new AtomicLong();
    private final Set<StreamedRows> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    BatchProducer(BatchServer server, BufferAllocator allocator) {
        this.server = server;
        this.allocator = allocator;
        this.columns = new BatchColumns(server.arrays());
        try {
            this.schema = columns.schema(Map.of("batchmill", new ObjectMapper().writeValueAsString(server.facts())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Talks to a consumer on a line. */
    @FunctionalInterface
    private interface Talk {
        /** Returns why the call failed; null if it did not. */
        CallStatus with(String from, StreamedRows rows) throws InterruptedException;
    }

    private void serve(ServerStreamListener call, Talk talk) {
        if (!places.tryAcquire()) {
            call.error(CallStatus.RESOURCE_EXHAUSTED
                    .withDescription("more than " + MOST + " consumers by Flight")
                    .toRuntimeException());
            return;
        }
        CallStatus failure;
        try (StreamedRows rows = new StreamedRows(allocator, call, columns, schema)) {
            open.add(rows);
            try {
                failure = closed ? STOPPED : talk.with("call " + calls.incrementAndGet() + " by Flight", rows);
            } finally {
                open.remove(rows);
            }
        } catch (IllegalArgumentException e) {
            failure = CallStatus.INVALID_ARGUMENT.withDescription(e.getMessage());
        } catch (InterruptedException e) {
            failure = STOPPED;
        } finally {
            places.release();
        }
        if (failure == null) {
            call.completed();
        } else {
            call.error(failure.toRuntimeException());
        }
    }

    @Override
    public void doExchange(CallContext context, FlightStream reader, ServerStreamListener writer) {
        serve(writer, (from, rows) -> {
            try (Inbox said = new Inbox("flight-" + calls.get(), reader)) {
                server.serve(new ExchangeLine(from, said, rows));
            }
            return closed ? STOPPED : null;
        });
    }

    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
        serve(listener, (from, rows) -> {
            TicketLine line = new TicketLine(from, ticket.getBytes(), rows);
            server.serve(line);
            return line.failure();
        });
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        byte[] asked = descriptor.isCommand() ? descriptor.getCommand() : new byte[0];
        return new FlightInfo(schema, descriptor, List.of(new FlightEndpoint(new Ticket(asked))), UNKNOWN, UNKNOWN);
    }

    @Override
    public void listFlights(CallContext context, Criteria criteria, StreamListener<FlightInfo> listener) {
        listener.onNext(getFlightInfo(context, FlightDescriptor.command(new byte[0])));
        listener.onCompleted();
    }

    /** Has all calls end soon. */
    @Override
    public void close() {
        closed = true;
        open.forEach(StreamedRows::stop);
    }
}
