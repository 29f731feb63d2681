package org.batchmill.spark;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A connection between a task and the {@link Switchboard}: signs of one byte, some with a text or a number behind them. Signs may be sent
 * by many threads; one receives.
 */
final class Line implements AutoCloseable {

    /** From a task: a line of its rank's standard output, or standard error; its rank has ended. */
    static final int OUT = 'o';

    static final int ERROR = 'e';
    static final int ENDED = 'x';

    /** To a task: its rank is to stop behind a checkpoint, or at once; all have ended, for good, or to be started again. */
    static final int STOP = 's';

    static final int KILL = 'k';
    static final int DONE = 'd';
    static final int AGAIN = 'a';

    /** The other end is gone. */
    static final int GONE = -1;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    Line(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /** Says who calls. */
    void greet(String secret, int attempt, int rank) throws IOException {
        out.writeUTF(secret);
        out.writeInt(attempt);
        out.writeInt(rank);
        out.flush();
    }

    /** A sign without anything behind it; nothing happens if the other end is gone. */
    synchronized void send(int sign) {
        try {
            out.writeByte(sign);
            out.flush();
        } catch (IOException e) {
            close();
        }
    }

    synchronized void send(int sign, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(sign);
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
    }

    synchronized void send(int sign, int number) throws IOException {
        out.writeByte(sign);
        out.writeInt(number);
        out.flush();
    }

    /** The next sign; {@link #GONE} if there will be none. */
    int sign() {
        try {
            return in.read();
        } catch (IOException e) {
            return GONE;
        }
    }

    String text() throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    String word() throws IOException {
        return in.readUTF();
    }

    int number() throws IOException {
        return in.readInt();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
