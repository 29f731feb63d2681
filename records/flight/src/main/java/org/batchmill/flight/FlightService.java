package org.batchmill.flight;

import io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.batches.served.BatchServer;
import org.batchmill.batches.served.RemoteService;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.OptionException;

/** Carries batches by Arrow Flight. Found by {@link java.util.ServiceLoader}. Thread-safe. */
public final class FlightService implements RemoteService {

    /** Consumers say lines, and send no rows. */
    private static final int LONGEST_LINE = 1 << 20;

    /** A connection on which nothing comes is asked whether the other side is there, and given up when nothing answers. */
    static final int ASK_SECONDS = 20;

    static final int ANSWER_SECONDS = 10;

    /** Threads for what arrives while all consumers have one. */
    private static final int SPARE = 4;

    @Override
    public Open open(Entrance entrance, BatchServer server) {
        Opened opened = new Opened(server);
        try {
            opened.start(entrance, server);
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static void configure(NettyServerBuilder builder) {
        builder.keepAliveTime(ASK_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(ASK_SECONDS / 2, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    private static FlightServer overTls(FlightServer.Builder builder, Entrance entrance) {
        byte[] certificate = read("tls-certificate", entrance.certificate());
        byte[] key = read("tls-key", entrance.key());
        try {
            return builder.useTls(new ByteArrayInputStream(certificate), new ByteArrayInputStream(key))
                    .build();
        } catch (IOException | RuntimeException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new OptionException(
                    "{tls-certificate} {} and {tls-key} {} are no PEM files of a certificate and its key: {}",
                    entrance.certificate(),
                    entrance.key(),
                    cause.getMessage());
        }
    }

    private static byte[] read(String option, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new OptionException("{" + option + "} {} cannot be read: {}", file, e.toString());
        }
    }

    /** A server that answers. */
    private static final class Opened implements Open {

        /** Beyond the end of all calls: their threads give back what they read then. */
        private static final int END_SECONDS = 5;

        private final RootAllocator allocator = new RootAllocator();
        private final WorkerPool threads = new WorkerPool("flight-call", BatchProducer.MOST + SPARE);
        private final BatchProducer calls;
        private final ConnectionLog log;
        private FlightServer flight;
        private String address;

        Opened(BatchServer server) {
            this.calls = new BatchProducer(server, allocator);
            this.log = new ConnectionLog(server);
        }

        void start(Entrance entrance, BatchServer server) {
            boolean tls = entrance.certificate() != null;
            FlightServer.Builder builder = FlightServer.builder(
                            allocator,
                            tls
                                    ? Location.forGrpcTls(entrance.host(), entrance.port())
                                    : Location.forGrpcInsecure(entrance.host(), entrance.port()),
                            calls)
                    .executor(threads.executor())
                    .maxInboundMessageSize(LONGEST_LINE)
                    .transportHint("grpc.builderConsumer", (Consumer<NettyServerBuilder>) FlightService::configure);
            if (entrance.token() != null) {
                builder.middleware(TokenGuard.KEY, new TokenGuard(entrance.token(), server));
            }
            flight = tls ? overTls(builder, entrance) : builder.build();
            try {
                flight.start();
            } catch (IOException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new OptionException(
                        "{flight}: {} cannot be had: {}", entrance.host() + ":" + entrance.port(), cause.getMessage());
            }
            address = entrance.host() + ":" + flight.getPort();
        }

        @Override
        public String address() {
            return address;
        }

        @Override
        public void close() {
            calls.close();
            try {
                if (flight != null) {
                    flight.close();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                threads.close();
                threads.awaitEnd(END_SECONDS, TimeUnit.SECONDS);
                log.close();
                allocator.close();
            }
        }
    }
}
