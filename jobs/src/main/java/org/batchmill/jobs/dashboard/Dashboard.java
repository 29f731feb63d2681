package org.batchmill.jobs.dashboard;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.OptionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that shows runs in a browser (docs/dashboard.md). It answers from when it is opened until it is closed, on threads of its own,
 * and only reads. Safe for use by many threads.
 */
public final class Dashboard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);

    private static final int THREADS = 4;
    private static final int MOST_READERS = 4;
    private static final String API = "/api/";
    private static final int FORBIDDEN = 403;
    private static final int NOT_ALLOWED = 405;
    private static final int FAILED = 500;
    private static final int BUSY = 503;

    /** Nothing from another host, and nothing of a page is run that does not stand in a file of ours. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    static {
        // Head and body of an answer are two writes, and the second would wait for the browser's delayed word that it
        // has the first.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final String host;
    private final Guard guard;
    private final StaticFiles files;
    private final Answers answers;
    private final LiveUpdates live;
    private final WorkerPool threads;
    private final WorkerPool readers;

    private Dashboard(HttpServer server, String host, Guard guard, RunFolders runs) throws IOException {
        this.server = server;
        this.host = host;
        this.guard = guard;
        this.files = new StaticFiles();
        this.live = new LiveUpdates(runs);
        this.threads = new WorkerPool("dashboard", THREADS);
        int count = Math.min(MOST_READERS, Runtime.getRuntime().availableProcessors());
        this.readers = new WorkerPool("dashboard-reader", count);
        this.answers = new Answers(runs, readers);
        ReadingAhead.begin(runs, readers, count);
    }

    /**
     * Opens a server.
     *
     * @param folders run folders, or folders with runs somewhere below them; one may be made later
     * @throws OptionException if the address is none of this machine's, or its port is taken
     */
    public static Dashboard open(List<Path> folders, DashboardOptions options) throws IOException {
        folders.forEach(folder -> Places.requireLocal(folder, "a run that is shown"));
        RunFolders runs = new RunFolders(folders);
        InetAddress address;
        try {
            address = InetAddress.getByName(options.host);
        } catch (UnknownHostException e) {
            throw new OptionException("{host}: {} is no address of this machine", options.host);
        }
        if (options.port < 0 || options.port > 65_535) {
            throw new OptionException("{port} is 0 to 65535, not {}", options.port);
        }
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(address, options.port), 0);
        } catch (BindException e) {
            throw new OptionException(
                    "{} at port {} cannot be listened at ({}): {port} names another, 0 any that is free",
                    options.host,
                    options.port,
                    e.getMessage());
        }
        Dashboard dashboard = new Dashboard(server, options.host, Guard.of(options.host, address), runs);
        dashboard.start();
        return dashboard;
    }

    private void start() {
        server.createContext("/", this::handle);
        server.setExecutor(this::run);
        server.start();
    }

    /** What fails is said to whoever asked, by {@link #handle}. */
    private void run(Runnable task) {
        Future<?> unused = threads.submit(() -> {
            task.run();
            return null;
        });
    }

    /** What to open in a browser, with the token where one is asked for. */
    public String address() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        String token = guard.token();
        return "http://" + name + ":" + server.getAddress().getPort() + "/" + (token == null ? "" : "?token=" + token);
    }

    private void handle(HttpExchange exchange) throws IOException {
        boolean open = false;
        try {
            Headers headers = exchange.getResponseHeaders();
            HEADERS.forEach(headers::set);
            open = answer(exchange);
        } catch (RefusedException e) {
            say(exchange, e.status(), e.getMessage());
        } catch (InterruptedException e) {
            say(exchange, BUSY, "the dashboard ends");
        } catch (IOException | RuntimeException | StackOverflowError e) {
            LOG.debug("{}", exchange.getRequestURI().getPath(), e);
            say(exchange, FAILED, String.valueOf(e.getMessage()));
        } finally {
            if (!open) {
                exchange.close();
            }
        }
    }

    /** Whether somebody else goes on with the exchange. */
    private boolean answer(HttpExchange exchange) throws IOException, InterruptedException, RefusedException {
        String method = exchange.getRequestMethod();
        if (!guard.knowsHost(exchange.getRequestHeaders().getFirst("Host"))) {
            say(exchange, FORBIDDEN, "this server is not known by that name");
        } else if (!method.equals("GET") && !method.equals("HEAD")) {
            say(exchange, NOT_ALLOWED, "only reading is possible");
        } else {
            return answer(exchange, exchange.getRequestURI().getPath());
        }
        return false;
    }

    private boolean answer(HttpExchange exchange, String path)
            throws IOException, InterruptedException, RefusedException {
        if (!path.startsWith(API)) {
            StaticFiles.Content file = files.of(path);
            if (file == null) {
                throw new RefusedException(RefusedException.MISSING, "there is no such page");
            }
            send(exchange, 200, file.type(), file.bytes());
            return false;
        }
        Query query = Query.of(exchange.getRequestURI());
        if (!guard.accepts(query.text("token"))) {
            say(exchange, FORBIDDEN, "the token is missing or wrong: use the address that was printed");
            return false;
        }
        String name = path.substring(API.length());
        if (name.equals("live")) {
            if (live.serve(exchange)) {
                return true;
            }
            say(exchange, BUSY, "too many pages are open");
            return false;
        }
        Answer answer = answers.of(name, query);
        send(exchange, 200, answer.type(), answer.bytes());
        return false;
    }

    private static void say(HttpExchange exchange, int status, String line) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", line.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD") || bytes.length == 0;
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Ends the server; pages that are open say that it is gone. */
    @Override
    public void close() {
        live.close();
        server.stop(0);
        threads.close();
        readers.close();
    }
}
