package org.batchmill.jobs.serve;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lines of UTF-8 from a socket, each of limited length. Used by one thread. */
final class LineReader {

    private static final int LONGEST = 1 << 20;

    private final Socket socket;
    private final InputStream in;
    private byte[] bytes = new byte[4096];
    private int filled;

    LineReader(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /**
     * The next line without its end; null where the other side has closed.
     *
     * @param millis how long to wait for it; 0 for ever
     * @throws IOException if it is too long, or does not come in time
     */
    String next(int millis) throws IOException {
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

    /** Whether the other side has closed, as far as can be seen at this moment. */
    boolean gone() throws IOException {
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
