package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.batchmill.queues.threads.WorkerPool;

/**
 * Reads the metrics of the newest runs as soon as a server starts, so that they are there when its page asks for them. A reader goes to the
 * end of the queue behind each run: what is asked for meanwhile waits for one file at most. Safe for use by many threads.
 */
final class ReadingAhead {

    /** Some half a megabyte each. */
    private static final int MOST_RUNS = 64;

    private final WorkerPool readers;
    private final Queue<Run> waiting = new ConcurrentLinkedQueue<>();

    private ReadingAhead(WorkerPool readers) {
        this.readers = readers;
    }

    /** @param count how many of the readers it may use */
    static void begin(RunFolders runs, WorkerPool readers, int count) {
        ReadingAhead ahead = new ReadingAhead(readers);
        ahead.submit(() -> {
            ahead.waiting.addAll(newest(runs));
            for (int i = 0; i < count; i++) {
                ahead.next();
            }
        });
    }

    private static List<Run> newest(RunFolders runs) {
        Map<Run, Long> modified = new LinkedHashMap<>();
        runs.all().values().forEach(run -> modified.put(run, run.modified()));
        List<Run> newest = new ArrayList<>(modified.keySet());
        newest.sort(Comparator.comparing(modified::get).reversed());
        return newest.subList(0, Math.min(MOST_RUNS, newest.size()));
    }

    private void next() {
        submit(() -> {
            Run run = waiting.poll();
            if (run != null) {
                try {
                    run.metrics().read();
                } finally {
                    next();
                }
            }
        });
    }

    private interface Reading {
        void run() throws IOException;
    }

    /** What cannot be read is said to whoever asks for it. */
    private void submit(Reading reading) {
        Future<?> unused = readers.submit(() -> {
            reading.run();
            return null;
        });
    }
}
