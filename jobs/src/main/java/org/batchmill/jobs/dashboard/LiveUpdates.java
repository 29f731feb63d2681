package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.batchmill.queues.threads.WorkerThread;

/**
 * Tells open pages which runs have changed, as server-sent events: {@code {"changed": {ID: VERSION}, "gone": bool, "all": bool}}. The first
 * event names all runs: some may have gone since the page asked for them. Each page has a thread, so that one that does not read holds up
 * nobody. Safe for use by many threads.
 */
final class LiveUpdates implements AutoCloseable {

    private static final int MOST_PAGES = 32;
    private static final long LOOK_MILLIS = 1000;
    private static final int QUIET_LOOKS = 15;

    /** Looking at files takes at most this part of the time, however many there are. */
    private static final int SHARE = 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunFolders runs;
    private final AtomicInteger pages = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private Map<String, String> versions = Map.of();
    private long lookAgain = System.nanoTime();

    LiveUpdates(RunFolders runs) {
        this.runs = runs;
    }

    /** Answers until the page is closed, on a thread of its own; false if too many are open. */
    boolean serve(HttpExchange exchange) {
        if (pages.incrementAndGet() > MOST_PAGES) {
            pages.decrementAndGet();
            return false;
        }
        WorkerThread.start(
                "dashboard-live",
                () -> {
                    try (exchange) {
                        tell(exchange);
                    } finally {
                        pages.decrementAndGet();
                    }
                },
                gone -> {});
        return true;
    }

    private void tell(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            Map<String, String> told = Map.of();
            int quiet = 0;
            do {
                Map<String, String> now = versions();
                String event = event(told, now);
                if (event != null) {
                    out.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
                } else if (++quiet % QUIET_LOOKS == 0) {
                    // Finds out whether somebody still listens.
                    out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
                }
                out.flush();
                told = now;
            } while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    /** Null if nothing has changed. */
    private static String event(Map<String, String> told, Map<String, String> now) throws IOException {
        Map<String, String> changed = new LinkedHashMap<>(now);
        changed.entrySet().removeAll(told.entrySet());
        boolean gone = !now.keySet().containsAll(told.keySet());
        if (changed.isEmpty() && !gone && !told.isEmpty()) {
            return null;
        }
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("changed", changed);
        event.put("gone", gone);
        event.put("all", told.isEmpty());
        return JSON.writeValueAsString(event);
    }

    private synchronized Map<String, String> versions() {
        long start = System.nanoTime();
        if (start - lookAgain >= 0) {
            Map<String, String> seen = new HashMap<>();
            runs.all().forEach((id, run) -> seen.put(id, run.version()));
            versions = seen;
            long took = System.nanoTime() - start;
            lookAgain = start + Math.max(took * SHARE, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS) / 2);
        }
        return versions;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
