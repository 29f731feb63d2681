package org.batchmill.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A server of HTTP/1.1 on the loopback address that hands each request to another server there and does to its answer what a test asks for: delays,
 * refuses, truncates, resets, stalls or throttles it. Or it holds the request back. Safe for any threads.
 */
public final class FaultyProxy implements AutoCloseable {

    /**
     * A request that arrived.
     *
     * @param number of this request at this proxy, from 0
     * @param target its path and query
     * @param range  its header of that name, as in {@code bytes=0-99}; null without
     */
    public record Request(int number, String method, String target, String range) {}

    private final int behind;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new ArrayList<>();
    private volatile Function<Request, Fault> rule = request -> new Fault.None();
    private volatile Duration delay = Duration.ZERO;

    private FaultyProxy(int behind, ServerSocket listening) {
        this.behind = behind;
        this.listening = listening;
    }

    /** Starts one that passes everything on to a server at this port. */
    public static FaultyProxy before(int port) throws IOException {
        FaultyProxy proxy = new FaultyProxy(port, new ServerSocket(0, 256, InetAddress.getLoopbackAddress()));
        proxy.start("faulty-proxy", proxy::accept);
        return proxy;
    }

    /** Its address, for clients. */
    public URI endpoint() {
        return URI.create("http://" + listening.getInetAddress().getHostAddress() + ":" + listening.getLocalPort());
    }

    /** From now on does this to the answers; called by several threads at once. */
    public void answerWith(Function<Request, Fault> faults) {
        rule = faults;
    }

    /** From now on waits so long before it hands on a request, as a server far away would. */
    public void delay(Duration time) {
        delay = time;
    }

    /** The requests so far. */
    public List<Request> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** How many connections of clients are open. */
    public int connections() {
        return open.size();
    }

    private void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                open.add(client);
                if (listening.isClosed()) {
                    client.close();
                }
                start("faulty-proxy-connection", () -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    /** Passes requests on until either side hangs up, or a fault ends the connection. */
    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream asked = new BufferedInputStream(client.getInputStream());
            OutputStream toClient = new BufferedOutputStream(client.getOutputStream());
            boolean goesOn = true;
            while (goesOn) {
                HttpHead head = HttpHead.read(asked);
                if (head == null) {
                    return;
                }
                if (head.header("Expect") != null) {
                    toClient.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    toClient.flush();
                }
                Request request = note(head);
                Fault fault = rule.apply(request);
                if (!delay.isZero()) {
                    sleepUntil(System.nanoTime() + delay.toNanos());
                }
                if (fault instanceof Fault.Refused refused) {
                    head.copyBody(asked, OutputStream.nullOutputStream());
                    refuse(refused, request, toClient);
                } else {
                    goesOn = pass(head.without("Expect"), asked, fault, request, client, toClient);
                }
                toClient.flush();
            }
        } catch (IOException e) {
            // Either side has hung up, or this proxy is closed: what clients make of it is what is tested.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    /**
     * Hands a request on, over a connection of its own: one that is kept would be closed by the server some time, of which the client, whose
     * connection is still open, would not know.
     */
    private boolean pass(
            HttpHead head, InputStream asked, Fault fault, Request request, Socket client, OutputStream toClient)
            throws IOException {
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            server.setTcpNoDelay(true);
            OutputStream toServer = new BufferedOutputStream(server.getOutputStream());
            head.write(toServer);
            head.copyBody(asked, fault instanceof Fault.Held held ? new Limited(toServer, held.sent()) : toServer);
            toServer.flush();
            if (fault instanceof Fault.Held) {
                asked.transferTo(OutputStream.nullOutputStream());
                return false;
            }
            return answer(fault, request, new BufferedInputStream(server.getInputStream()), client, toClient);
        }
    }

    private Request note(HttpHead head) {
        synchronized (requests) {
            Request request = new Request(requests.size(), head.word(0), head.word(1), head.header("Range"));
            requests.add(request);
            return request;
        }
    }

    private static void refuse(Fault.Refused refused, Request request, OutputStream out) throws IOException {
        byte[] body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + refused.code()
                        + "</Code><Message>refused by a test</Message></Error>")
                .getBytes(StandardCharsets.UTF_8);
        new HttpHead(
                        "HTTP/1.1 " + refused.status() + " " + refused.code(),
                        List.of("Content-Type: application/xml", "Content-Length: " + body.length))
                .write(out);
        if (!request.method().equals("HEAD")) {
            out.write(body);
        }
    }

    /** Passes the answer on, as the fault has it; false if the connection has ended by it. */
    private boolean answer(Fault fault, Request request, InputStream in, Socket client, OutputStream out)
            throws IOException {
        HttpHead head = HttpHead.read(in);
        if (head == null) {
            return false;
        }
        if (fault instanceof Fault.Reset && fault.passing() < 0) {
            return reset(client);
        }
        head.write(out);
        if (request.method().equals("HEAD") || head.word(1).matches("204|304")) {
            return true;
        }
        Limited limited = new Limited(
                fault instanceof Fault.Throttled throttled ? new Throttle(out, throttled.bytesPerSecond()) : out,
                fault.passing());
        head.copyBody(in, limited);
        out.flush();
        if (limited.left >= 0) {
            return true;
        }
        if (fault instanceof Fault.Stalled) {
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
        return fault instanceof Fault.Reset && reset(client);
    }

    private static boolean reset(Socket client) throws IOException {
        client.setSoLinger(true, 0); // close() then resets
        return false;
    }

    /** Lets so many bytes through and swallows the rest; then {@code left} is negative. */
    private static final class Limited extends FilterOutputStream {

        private long left;

        Limited(OutputStream out, long bytes) {
            super(out);
            left = bytes;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, (int) Math.max(0, Math.min(left, length)));
            left = left < 0 ? left : left - length;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            write(bytes, 0, bytes.length);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }
    }

    /** Lets so many bytes a second through, a hundredth of a second's at a time. */
    private static final class Throttle extends FilterOutputStream {

        private static final int PIECES_PER_SECOND = 100;

        private final long bytesPerSecond;
        private final long start = System.nanoTime();
        private long written;

        Throttle(OutputStream out, long bytesPerSecond) {
            super(out);
            this.bytesPerSecond = bytesPerSecond;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int piece = (int) Math.max(1, Math.min(length, bytesPerSecond / PIECES_PER_SECOND));
            for (int done = 0; done < length; done += piece) {
                int next = Math.min(piece, length - done);
                written += next;
                double due = (double) written / bytesPerSecond;
                try {
                    // Before they are written: whoever reads the last of them has waited for all.
                    sleepUntil(start + (long) (due * TimeUnit.SECONDS.toNanos(1)));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException();
                }
                out.write(bytes, offset + done, next);
                out.flush();
            }
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }
    }

    /** Never ends early, as a single sleep may, which counts whole milliseconds. */
    private static void sleepUntil(long nanoTime) throws InterruptedException {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    /** Ends it, and all connections. */
    @Override
    public void close() {
        end(listening);
        for (Socket socket : open) {
            end(socket);
        }
    }

    private static void end(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException("a socket does not close", e);
        }
    }
}
