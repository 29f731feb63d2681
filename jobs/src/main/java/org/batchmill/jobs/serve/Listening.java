package org.batchmill.jobs.serve;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.OptionException;

/** The server's socket and a thread for each connection. Safe for use by many threads. */
final class Listening implements AutoCloseable {

    private static final int MOST = 256;

    private final ServerSocket server;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private Listening(ServerSocket server) {
        this.server = server;
    }

    /**
     * Takes the port; nobody is served before {@link #start}.
     *
     * @throws OptionException if it is none of this machine's own, or taken
     */
    static Listening on(String bind) throws IOException {
        BindAddress address = BindAddress.parse("bind", bind);
        if (!address.host().isLoopbackAddress()) {
            throw new OptionException(
                    "{bind} is an address of this machine alone, as 127.0.0.1, not {}: the batches lie in its memory ({flight} is for others)",
                    bind);
        }
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(address.host(), address.port()));
        } catch (IOException e) {
            server.close();
            throw new OptionException("{bind}: {} cannot be had: {}", bind, e.getMessage());
        }
        return new Listening(server);
    }

    /** Where it listens, for people and clients. */
    String address() {
        return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    /** Serves whoever comes. */
    void start(Conversation.Host host) {
        WorkerThread.start(
                "serve-accept", () -> accept(host), failure -> host.stream().fail(failure));
    }

    private void accept(Conversation.Host host) throws IOException {
        while (!closed) {
            Socket socket;
            try {
                socket = server.accept();
            } catch (IOException e) {
                if (closed) {
                    return;
                }
                throw e;
            }
            if (connections.size() >= MOST) {
                socket.close();
                host.notices().warn("more than " + MOST + " connections: one is closed");
                continue;
            }
            connections.add(socket);
            WorkerThread.start(
                    "serve-" + socket.getPort(),
                    () -> {
                        try (socket) {
                            Conversation.here(host, new SocketLine(socket)).run();
                        } finally {
                            connections.remove(socket);
                        }
                    },
                    failure -> host.notices().warn("a connection ended by " + failure));
        }
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
