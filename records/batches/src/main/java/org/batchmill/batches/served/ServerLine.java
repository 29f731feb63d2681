package org.batchmill.batches.served;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.batchmill.records.UsageException;

/** The socket to a server: a JSON object a line. Used by one thread. */
final class ServerLine {

    private static final int CONNECT_MILLIS = 10_000;
    /** A server that waits for others says so more often. */
    private static final int SILENCE_MILLIS = 60_000;

    private final String address;
    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;

    private ServerLine(String address, Socket socket) throws IOException {
        this.address = address;
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        this.out = socket.getOutputStream();
    }

    /** @throws LostServerException if nobody answers */
    static ServerLine connect(String address) throws IOException {
        ServerAddress to = ServerAddress.parse(address);
        if (to == null || to.port() == 0) {
            throw new UsageException("HOST:PORT, for instance 127.0.0.1:7070, not " + address);
        }
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(SILENCE_MILLIS);
            socket.connect(new InetSocketAddress(to.host(), to.port()), CONNECT_MILLIS);
            return new ServerLine(address, socket);
        } catch (IOException e) {
            socket.close();
            throw new LostServerException(address + ": nobody serves batches there: " + e.getMessage(), e);
        }
    }

    void say(JsonNode line) throws IOException {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /**
     * The next line.
     *
     * @throws LostServerException  if the server is gone
     * @throws UsageException if it is no server of ours
     */
    JsonNode next() throws IOException {
        String line;
        try {
            line = in.readLine();
        } catch (IOException e) {
            throw lost(e);
        }
        if (line == null) {
            throw lost(null);
        }
        return ServedBatches.said(line, address);
    }

    private LostServerException lost(IOException cause) {
        return new LostServerException(
                address + ": the server is gone" + (cause == null ? "" : ": " + cause.getMessage()), cause);
    }

    void close() throws IOException {
        socket.close();
    }
}
