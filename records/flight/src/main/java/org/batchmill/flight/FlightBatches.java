package org.batchmill.flight;

import java.nio.file.Path;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.batches.served.ServerAddress;
import org.batchmill.records.UsageException;

/**
 * How to reach a server of batches on another machine, {@code batchmill serve --flight}. What it gives has the promises of {@link ServedBatches};
 * batches come over the network into memory of this process, at most {@code keep} and one more.
 *
 * <pre>{@code
 * try (ServedBatches batches = FlightBatches.at("data-1:7071").trusting(pem).token(word).batches().shard(0, 2).connect()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Used by one thread.
 */
public final class FlightBatches {

    private final String host;
    private final int port;
    private boolean tls;
    private Path trusted;
    private String token;

    private FlightBatches(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /**
     * A server at {@code HOST:PORT}, without TLS unless it is asked for.
     *
     * @throws UsageException if it is no address
     */
    public static FlightBatches at(String address) {
        ServerAddress to = ServerAddress.parse(address);
        if (to == null || to.port() == 0) {
            throw new UsageException("HOST:PORT, for instance data-1:7071, not " + address);
        }
        return new FlightBatches(to.host(), to.port());
    }

    /** Over TLS, with a server whose certificate this JVM trusts. */
    public FlightBatches tls() {
        this.tls = true;
        return this;
    }

    /** Over TLS, with a server whose certificate stands in a PEM file, or is signed by one of those there. */
    public FlightBatches trusting(Path certificates) {
        this.trusted = certificates;
        return tls();
    }

    /** What the server wants to hear; it travels unencrypted without TLS. */
    public FlightBatches token(String word) {
        this.token = word;
        return this;
    }

    /** A client of that server, to be told what it takes, and connected. */
    public ServedBatches.Builder batches() {
        return ServedBatches.over(address(), () -> FlightLink.open(this));
    }

    String address() {
        return host + ":" + port;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    boolean overTls() {
        return tls;
    }

    /** Null for what the JVM trusts. */
    Path trusted() {
        return trusted;
    }

    /** Null for none. */
    String token() {
        return token;
    }
}
