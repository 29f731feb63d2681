package org.batchmill.jobs.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.OptionException;

/** The server's socket and a thread for each connection. Safe for use by many threads. */
final class Listening implements AutoCloseable {

    private static final int MOST = 256;
    private static final int LARGEST_PORT = 65_535;

    private final ServerSocket server;
    private final Map<Connection, WorkerThread> connections = new ConcurrentHashMap<>();
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
        int colon = bind.lastIndexOf(':');
        int port;
        try {
            port = Integer.parseInt(bind.substring(colon + 1));
        } catch (NumberFormatException e) {
            port = -1;
        }
        if (colon < 1 || port < 0 || port > LARGEST_PORT) {
            throw new OptionException("{bind} is HOST:PORT, for instance 127.0.0.1:7070, not {}", bind);
        }
        InetAddress host;
        try {
            host = InetAddress.getByName(bind.substring(0, colon));
        } catch (UnknownHostException e) {
            throw new OptionException("{bind}: no host is called {}", bind.substring(0, colon));
        }
        if (!host.isLoopbackAddress()) {
            throw new OptionException(
                    "{bind} is an address of this machine alone, as 127.0.0.1, not {}: the batches lie in its memory",
                    bind);
        }
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(host, port));
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
    void start(Connection.Host host) {
        WorkerThread.start(
                "serve-accept", () -> accept(host), failure -> host.stream().fail(failure));
    }

    private void accept(Connection.Host host) throws IOException {
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
            Connection connection = new Connection(host, socket);
            WorkerThread thread = WorkerThread.of(
                    "serve-" + socket.getPort(),
                    () -> {
                        try {
                            connection.run();
                        } finally {
                            connections.remove(connection);
                        }
                    },
                    failure -> host.notices().warn("a connection ended by " + failure));
            connections.put(connection, thread);
            thread.start();
        }
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        for (Connection connection : connections.keySet()) {
            connection.close();
        }
    }
}
