package org.batchmill.flight;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.batches.served.LostServerException;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.batches.served.ServerLink;
import org.batchmill.records.UsageException;

/** One call of a server on another machine. */
final class FlightLink implements ServerLink {

    /** Rows outlive the link that they came on, and only what shares this can hand memory over. */
    private static final RootAllocator MEMORY = new RootAllocator();

    private static final FlightDescriptor CALL =
            FlightDescriptor.command("batches".getBytes(StandardCharsets.US_ASCII));
    private static final int CONNECT_MILLIS = 10_000;
    /** A server that waits for others says so more often. */
    private static final long SILENCE_MILLIS = 60_000;

    private static final long GOODBYE_MILLIS = 5_000;

    private final String address;
    private final FlightClient client;
    private final FlightClient.ExchangeReaderWriter call;
    private final Inbox said;
    /** What the last message brought; null for nothing. */
    private ReceivedRows received;

    private boolean lost;
    private boolean closed;

    private FlightLink(String address, FlightClient client, FlightClient.ExchangeReaderWriter call) {
        this.address = address;
        this.client = client;
        this.call = call;
        this.said = new Inbox("flight-client", call.getReader());
    }

    static FlightLink open(FlightBatches to) throws IOException, InterruptedException {
        FlightClient client = FlightGrpcUtils.createFlightClient(MEMORY, channel(to));
        FlightLink link;
        try {
            CallOption[] options = to.token() == null
                    ? new CallOption[0]
                    : new CallOption[] {
                        new CredentialCallOption(
                                headers -> headers.insert(TokenGuard.HEADER, TokenGuard.SCHEME + to.token()))
                    };
            link = new FlightLink(to.address(), client, client.doExchange(CALL, options));
        } catch (FlightRuntimeException e) {
            client.close();
            throw failure(to.address(), e);
        }
        try {
            ServedBatches.requireServer(link.next(), to.address());
            return link;
        } catch (LostServerException e) {
            link.close();
            throw reached(e) && !to.overTls() ? new LostServerException(e.getMessage() + " (does it want TLS?)", e) : e;
        } catch (IOException | InterruptedException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /** Whether somebody was there. */
    private static boolean reached(LostServerException lost) {
        for (Throwable cause = lost; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
                return false;
            }
        }
        return true;
    }

    private static ManagedChannel channel(FlightBatches to) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(to.host(), to.port())
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .keepAliveTime(FlightService.ASK_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(FlightService.ANSWER_SECONDS, TimeUnit.SECONDS);
        if (!to.overTls()) {
            return builder.usePlaintext().build();
        }
        try {
            SslContextBuilder tls = GrpcSslContexts.forClient();
            if (to.trusted() != null) {
                tls.trustManager(to.trusted().toFile());
            }
            return builder.sslContext(tls.build()).build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new UsageException(to.trusted() + " is no PEM file of certificates: " + e.getMessage());
        }
    }

    /** What a call that failed means. */
    private static IOException failure(String address, Throwable why) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                throw new UsageException(address + ": no connection over TLS: " + cause.getMessage());
            }
        }
        if (why instanceof FlightRuntimeException failed) {
            String said = failed.status().description();
            FlightStatusCode code = failed.status().code();
            if (code == FlightStatusCode.UNAUTHENTICATED) {
                throw new UsageException(address + ": " + said);
            }
            if (code == FlightStatusCode.UNIMPLEMENTED) {
                throw new UsageException(address + ": what answers there serves no batches");
            }
        }
        Throwable first = why;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return new LostServerException(address + ": the server is gone: " + first.getMessage(), why);
    }

    @Override
    public String token() {
        return null;
    }

    @Override
    public void say(JsonNode line) throws IOException {
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        ArrowBuf metadata = MEMORY.buffer(bytes.length);
        metadata.writeBytes(bytes);
        try {
            call.getWriter().putMetadata(metadata);
        } catch (FlightRuntimeException | IllegalStateException e) {
            lost = true;
            throw failure(address, e);
        }
    }

    @Override
    public JsonNode next() throws IOException, InterruptedException {
        try (Inbox.Message message = said.next(SILENCE_MILLIS)) {
            if (message == null || message.line() == null) {
                lost = true;
                Throwable why = message == null ? new IOException("it is silent") : message.end();
                throw failure(address, why == null ? new IOException("it has said all") : why);
            }
            received = message.rows() == null
                    ? null
                    : ReceivedRows.of(message.rows(), call.getReader().getSchema(), MEMORY);
            return ServedBatches.said(message.line(), address);
        }
    }

    @Override
    public Rows rows(JsonNode reply) throws IOException {
        ReceivedRows its = received;
        received = null;
        if (its == null) {
            throw new LostServerException(address + ": a batch came without its rows", null);
        }
        return its;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            sayGoodbye();
            call.getReader().cancel("closed", null);
            said.close();
            if (received != null) {
                received.close();
            }
            call.close();
        } catch (FlightRuntimeException | IllegalStateException e) {
            // The server is gone already.
        } catch (Exception e) {
            throw new IOException(address + ": " + e.getMessage(), e);
        } finally {
            hangUp();
        }
    }

    /** Whatever comes in between, the rest is freed. */
    private void sayGoodbye() {
        if (lost) {
            return;
        }
        try {
            call.getWriter().completed();
            awaitEnd();
        } catch (FlightRuntimeException | IllegalStateException e) {
            // The server is gone already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The goodbye has come when the server ends the call. */
    private void awaitEnd() throws InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(GOODBYE_MILLIS)) {
            try (Inbox.Message message = said.next(GOODBYE_MILLIS)) {
                if (message == null || message.line() == null) {
                    return;
                }
            }
        }
    }

    private void hangUp() {
        try {
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
