package org.batchmill.flight;

import io.netty.handler.codec.http2.Http2Exception;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.batchmill.batches.served.BatchServer;

/** Tells the server's user of connections that fail before there is a call: where one side has no TLS, does not trust the other, or talks of something else. */
final class ConnectionLog extends Handler {

    /** Where gRPC tells of connections that end by a failure. */
    private static final Logger CONNECTIONS = Logger.getLogger("io.grpc.netty.NettyServerTransport.connections");

    /** Where it tells how TLS is agreed on; its words are of those who fail to. */
    private static final Logger NEGOTIATIONS = Logger.getLogger("io.grpc.netty.ProtocolNegotiators");

    private static final String NO_TLS = "TLS negotiation failed";

    /** Its logs are told in our own words, or to nobody. */
    private static final Logger ALL = Logger.getLogger("io.grpc");

    private static final int LONGEST = 200;

    private final BatchServer server;

    ConnectionLog(BatchServer server) {
        this.server = server;
        ALL.setUseParentHandlers(false);
        for (Logger told : new Logger[] {CONNECTIONS, NEGOTIATIONS}) {
            told.setLevel(Level.FINE);
            told.addHandler(this);
        }
    }

    @Override
    public void publish(LogRecord connection) {
        if (String.valueOf(connection.getMessage()).startsWith(NO_TLS)) {
            server.warn("a consumer is not served: it has no TLS, or does not trust the certificate");
            return;
        }
        for (Throwable cause = connection.getThrown(); cause != null; cause = cause.getCause()) {
            if (cause instanceof Http2Exception) {
                String why = String.valueOf(cause.getMessage()).replaceAll("\\p{Cntrl}", "?");
                server.warn("a consumer is not served: what it says is no Flight: "
                        + why.substring(0, Math.min(LONGEST, why.length())));
                return;
            }
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        CONNECTIONS.removeHandler(this);
        NEGOTIATIONS.removeHandler(this);
    }
}
