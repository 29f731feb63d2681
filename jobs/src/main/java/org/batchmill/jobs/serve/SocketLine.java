package org.batchmill.jobs.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.batchmill.batches.served.ConsumerLine;

/** Lines of UTF-8 on a socket, those from the consumer of limited length; batches lie in the ring. Used by one thread. */
final class SocketLine implements ConsumerLine {

    private static final int LONGEST = 1 << 20;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] bytes = new byte[4096];
    private int filled;

    SocketLine(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        socket.setTcpNoDelay(true);
    }

    @Override
    public String from() {
        return String.valueOf(socket.getRemoteSocketAddress());
    }

    @Override
    public void say(String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void give(String line, ByteBuffer slot, RowRange rows, List<String> ids) throws IOException {
        say(line);
    }

    @Override
    public String next(int millis) throws IOException {
        socket.setSoTimeout(millis);
        int searched = 0;
        while (true) {
            for (int i = searched; i < filled; i++) {
                if (bytes[i] == '\n') {
                    String line = new String(bytes, 0, i, StandardCharsets.UTF_8);
                    filled -= i + 1;
                    System.arraycopy(bytes, i + 1, bytes, 0, filled);
                    return line;
                }
            }
            searched = filled;
            if (filled == LONGEST) {
                throw new IOException("a line of more than " + LONGEST + " bytes");
            }
            if (!more()) {
                return null;
            }
        }
    }

    private boolean more() throws IOException {
        if (filled == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(LONGEST, 2 * filled));
        }
        int read = in.read(bytes, filled, bytes.length - filled);
        filled += Math.max(0, read);
        return read >= 0;
    }

    @Override
    public boolean gone() throws IOException {
        if (filled == LONGEST) {
            throw new IOException("it talks without listening");
        }
        socket.setSoTimeout(1);
        try {
            return !more();
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
